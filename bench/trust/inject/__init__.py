"""What people should not type, typed into every field: refused in words, or inert wherever it is shown."""
