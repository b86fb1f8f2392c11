"""Any blank form, filled from what is known: each cell traced, nothing guessed, the rest listed.

vocabulary.py  the words of blanks: captions taken apart, units, titles that confine a form
grid.py        one sheet with its merged cells
blanks.py      the places of a sheet that are to be filled, and the captions over and beside them
tables.py      the same for headed tables: one row a school, or one row under its heads
sentences.py   the same for sentences with blanks in them
lexicon.py     what a caption asks for: a column, a total, a figure
known.py       what is known of that, and from which cells
reasons.py     why a place is not filled, in words
matching.py    one place and what is known of it: filled, or why not and what to do
filling.py     a whole workbook
notes.py       what was filled and what was not, as a sheet, as JSON and as a draft to confirm
"""
