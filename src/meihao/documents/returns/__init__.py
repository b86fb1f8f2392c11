"""What schools hand in: read, checked cell by cell, and taken whole or not at all.

values.py      one cell becomes a typed value, or a problem a clerk understands
layouts.py     which form a sheet is, and which cell fills which column
headers.py     other people's headers: confirmed mappings, suggestions, what was not understood
checks.py      what must hold between the fields of a row
intake.py      the files of a folder → rows with the cell each value came from
"""
