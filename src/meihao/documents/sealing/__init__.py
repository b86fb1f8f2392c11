"""A workbook sealed before it is written: what it says is kept inside it, and told by a short code."""

from meihao.documents.sealing.imprint import Imprint, Place, SheetImprint, Shown, imprint
from meihao.documents.sealing.seal import CODE, check_code, imprint_of, seal, unsealed

__all__ = [
    "CODE",
    "Imprint",
    "Place",
    "SheetImprint",
    "Shown",
    "check_code",
    "imprint",
    "imprint_of",
    "seal",
    "unsealed",
]
