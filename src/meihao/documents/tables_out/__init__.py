"""The sheets of the declaration form that a computed district fills, one module a kind of sheet."""
