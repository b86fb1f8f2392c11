"""What is killed in the middle: afterwards it has happened whole, or not at all."""
