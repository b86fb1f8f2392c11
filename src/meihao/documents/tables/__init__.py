"""The sheets of the declaration form that a computed district fills, one module a kind of sheet."""

from meihao.documents.tables.written import PrintedCell, write_tables

__all__ = ["PrintedCell", "write_tables"]
