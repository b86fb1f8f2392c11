"""What happened: one room for each thing that a district keeps a record of."""
