"""Nothing leaks: a world in which everything bears a mark of its own, walked by everybody."""
