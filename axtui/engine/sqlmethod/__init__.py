"""Methods written in SQL: `NAME.sql` beside the `a_*.py`.

For all that builds, records and re-uses, such a file is a module like any other (`module.py`); what its
comments declare is in `header.py`, how its query runs in `stages.py`.
"""
