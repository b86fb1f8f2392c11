"""The strict reader: a policy file becomes typed versions, or is refused with `file:line`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from meihao.base.divisions import is_code
from meihao.policy.kinds import KINDS, AnyPolicy
from meihao.policy.yaml_nodes import Document, Place, documents, refused


@dataclass(frozen=True, slots=True)
class Source:
    """One version of a policy with the file it stands in."""

    policy: AnyPolicy
    document: Document
    digest: str

    def refused(self, place: Place, zh: str, en: str) -> Exception:
        """A refusal that names the file and the line of `place`."""
        return refused(self.document.path, self.document.line(place), zh, en)


def read(path: Path, root: Path) -> Iterator[Source]:
    """The versions of one file, one a YAML document. Raises `Refused`."""
    for document in documents(path):
        source = _version(document)
        _placed(source, path.relative_to(root))
        yield source


def _version(document: Document) -> Source:
    data = document.data if isinstance(document.data, dict) else {}
    kind = data.get("kind")
    model = KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        names = ", ".join(KINDS)
        where = document.line(("kind",))
        raise refused(document.path, where, f"kind 应为其中之一：{names}。", f"kind must be one of: {names}.")
    try:
        policy = model.model_validate(data)
    except ValidationError as error:
        raise worded(document, error.errors()[0]) from None
    return Source(policy, document, _digest(data))


_NOT_CONTENT = ("until", "reviewed")  # a rule stays the same rule when it ends, or when somebody reads it


def _digest(data: Mapping[str, object]) -> str:
    """Names the content of a version: the same words and numbers, the same twelve letters."""
    data = {name: value for name, value in data.items() if name not in _NOT_CONTENT}
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def worded(document: Document, error: ErrorDetails) -> Exception:
    """What is wrong with a file's content, in words, at its line."""
    place = tuple(part for part in error["loc"] if part != "[key]")
    name = ".".join(map(str, place))
    zh, en = _MESSAGES.get(error["type"], (error["msg"], error["msg"]))
    return refused(document.path, document.line(place), f"「{name}」{zh}", f"“{name}” {en}")


_MESSAGES = {
    "extra_forbidden": ("不是这类文件的键。", "is no key of this kind of file."),
    "missing": ("缺少。", "is missing."),
    "string_type": ("应为文字；代码和日期以外的数字要加引号。", "must be text; quote a code."),
    "date_type": ("应为日期，如 2025-09-01。", "must be a date such as 2025-09-01."),
    "int_type": ("应为整数。", "must be a whole number."),
    "bool_type": ("应为 true 或 false。", "must be true or false."),
}


def _placed(source: Source, relative: Path) -> None:
    """Path and key say the same: `<code>/<subject>/<name>.yaml` at most, file name = last part."""
    key, expected = source.policy.key, relative.with_suffix("").as_posix()
    if key != expected:
        zh = f"key「{key}」与文件位置不符，应为「{expected}」。"
        raise source.refused(("key",), zh, f"key “{key}” does not fit its place; write “{expected}”.")
    parts = key.split("/")
    if not 2 <= len(parts) <= 3 or not is_code(parts[0]):
        zh = "路径应为 <区划代码>/<主题>/<名称>.yaml。"
        raise source.refused(("key",), zh, "the path must be <division code>/<subject>/<name>.yaml.")
