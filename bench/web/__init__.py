"""The platform under load: lists that people turn over, and the hour before a deadline."""
