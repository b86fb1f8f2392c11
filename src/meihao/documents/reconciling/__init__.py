"""The exports of the national systems, counted by school and compared with each other and the returns.

plan.py       a reconciliation with its facts and confirmed headers, resolved for a place and a day
passing.py    a workbook read as a stream of cells, of which none is kept
headings.py   which export a heading row belongs to, and which of its columns may be read
tallying.py   rows of persons counted as they pass; only counts remain
taking.py     the workbooks of a folder: counted, or why not
schools.py    which rows are of one school, and what is odd about codes and names
amounts.py    what one source counts of one school
oddities.py   what is odd about the workbooks: files, cells, headers
comparing.py  amounts side by side: equal, different, one side missing
result.py     what comes out
drafting.py   headers found and not confirmed, as a draft for a person
page.py       the workbook that lists the differences; as_json.py the same for programs
reconciling.py  all of it, from a folder to the files
"""
