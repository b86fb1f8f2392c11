"""The history of these tables."""
