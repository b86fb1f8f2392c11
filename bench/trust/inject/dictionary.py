"""What is typed. `MARK` is in each, so that it is known again where it comes out."""

from __future__ import annotations

from collections.abc import Mapping

MARK = "zqx9"
LONG = 100_000

_FORMULAS = {f"formula {ord(sign):#x}": f"{sign}{MARK}+1" for sign in "=+-@＝＋－＠|%"} | {
    "formula after a tab": f"\t={MARK}",
    "formula after a return": f"\r={MARK}",
    "formula after a null": f"\0={MARK}",
    "formula after a blank": f" ={MARK}",
    "formula that calls": f'=HYPERLINK("http://{MARK}.example","{MARK}")',
    "formula in quotes": f'"={MARK}"',
    "formula of a command": f"=cmd|'/c {MARK}'!A0",
}
_MARKUP = {
    "element": f"<{MARK} on{MARK}=1>",
    "element closed": f"</title></textarea></{MARK}><{MARK}>",
    "out of an attribute": f'"><{MARK} x="',
    "out of a quoted attribute": f"' on{MARK}='1",
    "attribute alone": f'" on{MARK}="1',
    "out of a script": f"</script><{MARK}>",
    "out of a comment": f"--><{MARK}>",
    "script address": f"javascript:{MARK}",
    "entities": f"&lt;{MARK}&gt; &#60;{MARK}&#62;",
    "cdata": f"]]><{MARK}/>",
    "svg": f"<svg/on{MARK}=1>",
    "external entity": f'<!DOCTYPE x [<!ENTITY {MARK} SYSTEM "file:///etc/passwd">]>',
}
_TEMPLATES = {
    "template": MARK + "{{7*7}}",
    "template tag": MARK + "{% now 'Y' %}",
    "format": MARK + "{0.__class__}{}%s%(x)s%n",
    "dollar": MARK + "${7*7}#{7*7}<%= 7*7 %>",
}
_QUERIES = {
    "quote": f"{MARK}' OR '1'='1",
    "comment": f"{MARK}'; DROP TABLE registry_organisation;--",
    "union": f'{MARK}") UNION SELECT 1--',
    "like": f"{MARK}%_\\[",
    "lookup": f"{MARK}__in",
}
_PATHS = {
    "up": f"../../../etc/passwd#{MARK}",
    "windows": f"..\\..\\{MARK}.ini",
    "file address": f"file:///{MARK}",
    "device": f"CON.{MARK}",
    "shell": f"$({MARK})`{MARK}`;{MARK}|{MARK}",
}
_LINES = {
    "header": f"{MARK}\r\nX-{MARK}: 1\r\n\r\n<{MARK}>",
    "header encoded": f"{MARK}%0d%0aX-{MARK}:%201",
    "lines": f"{MARK}\n{MARK}\r{MARK}\u2028{MARK}\u2029",
}
_LETTERS = {
    "null": f"{MARK}\0{MARK}",
    "null alone": "\0",
    "controls": f"{MARK}\x01\x08\x0b\x1b[31m\x7f\x85",
    "right to left": f"\u202e{MARK}\u202c\u200f",
    "zero width": f"{MARK}\u200b\u200d\ufeff\u2060",
    "surrogate pair": f"𠮷{MARK}𠀋😀",
    "combining": f"{MARK}" + "\u0301" * 40,
    "not a character": f"{MARK}\ufffe\uffff\ufffd",
    "private use": f"{MARK}\ue000\U000f0000",
    "full width": "".join(chr(ord(sign) + 0xFEE0) for sign in f"<{MARK}>"),
    "blanks": f"\u3000\xa0{MARK}\u2003",
    "blanks alone": "\u3000 \t",
    "long": MARK + "长" * LONG,
    "long word": MARK + "a" * LONG,
    "digits": "9" * 400,
    "negative": "-99999999999999999999",
    "exponent": "1e309",
    "not a number": "NaN",
    "wrong day": "0000-00-00",
    "day far off": "9999-12-31",
    "first day": "0001-01-01",
    "arabic digits": "٢٠٢٥-٠٩-٠١",
    "superscript": "²",
}

STRINGS: Mapping[str, str] = {
    **_FORMULAS,
    **_MARKUP,
    **_TEMPLATES,
    **_QUERIES,
    **_PATHS,
    **_LINES,
    **_LETTERS,
}
"""By what each is called."""

ALWAYS = ("null", "long")  # where the two databases differ: into every field, also in a short run
