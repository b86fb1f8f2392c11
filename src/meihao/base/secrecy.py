"""The grades of state secrets, highest first. A file that bears one has no place in this system.

Source: 中华人民共和国保守国家秘密法, 国家秘密的密级（条号待核）.
"""

from __future__ import annotations

from unicodedata import category, normalize

GRADES = ("绝密", "机密", "秘密")
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")  # categories of what nobody sees


def squeezed(text: str) -> str:
    """Text as it is read, whatever is between its letters: `秘 密 ★` is a mark."""
    letters = normalize("NFKC", text)
    return "".join(one for one in letters if not one.isspace() and category(one) not in _UNSEEN)
