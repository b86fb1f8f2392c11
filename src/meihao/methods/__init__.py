"""The mathematics: numbers in, numbers out; no files, no policies, no words."""
