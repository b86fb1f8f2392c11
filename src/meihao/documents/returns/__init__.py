"""What schools hand in: written blank, read back, checked cell by cell, taken whole or not at all.

writing.py        blank forms to fill in, and filled ones; look.py dresses them
values.py         one cell becomes a typed value, or a problem a clerk understands
layouts.py        which form a sheet is, and which cell fills which column
headers.py        other people's headers: confirmed mappings, suggestions
mapping_draft.py  what was not understood, as a draft for a person to confirm
checks.py         what must hold between the fields of a row
intake.py         the files of a folder, opened and recognised
received.py       what became of each: taken, sent back, refused
assembling.py     rows with the cell each value came from, and who is missing
"""
