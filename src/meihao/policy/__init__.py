"""Policies: the kinds of file, the strict reader, and which rule holds here on this day."""
