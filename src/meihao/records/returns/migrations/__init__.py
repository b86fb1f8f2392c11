"""How the tables of this room came about."""
