"""OneRoster 1.2 packages: files as tables, what does not hold together, the lists made of them."""
