"""The evidence dossier: a place for every document a standard asks for, and what is there for it."""

from meihao.documents.dossier.folders import FOLDER, write_dossier_folders
from meihao.documents.dossier.index import INDEX, write_index
from meihao.documents.dossier.reading import Dossier, Filed, SlotState, read_dossier
from meihao.documents.dossier.register import blank_rows
from meihao.documents.dossier.slots import EVIDENCE, Place, Slot, places
from meihao.documents.dossier.written import dossier_of, write_dossier

__all__ = [
    "EVIDENCE",
    "FOLDER",
    "INDEX",
    "Dossier",
    "Filed",
    "Place",
    "Slot",
    "SlotState",
    "blank_rows",
    "dossier_of",
    "places",
    "read_dossier",
    "write_dossier",
    "write_dossier_folders",
    "write_index",
]
