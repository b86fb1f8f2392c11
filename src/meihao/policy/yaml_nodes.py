"""YAML read strictly: plain data with the line of every value, and nothing guessed.

Duplicate keys, aliases, tags, numbers that YAML 1.1 would guess at (`08`, `1e3`, `.5`) and words
it would turn into truth values (`no`, `on`) are refused or left as the text they are. Decimals
become `Decimal`, never a binary float.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

import yaml

from meihao.base.text import Refused

Value: TypeAlias = "str | int | Decimal | bool | date | tuple[Value, ...] | dict[str, Value] | None"
Place: TypeAlias = tuple[str | int, ...]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where the wheel carries it
_INTEGER = re.compile(r"-?(0|[1-9]\d*)")
_DECIMAL = re.compile(r"-?(0|[1-9]\d*)\.\d+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Document:
    """One YAML document: its data and the line each value stands on."""

    def __init__(self, path: Path, node: yaml.Node) -> None:
        self.path = path
        self.lines: dict[Place, int] = {}
        self.data = self._read(node, ())

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest place around it that has one."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def _read(self, node: yaml.Node, place: Place) -> Value:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return tuple(self._read(item, (*place, index)) for index, item in enumerate(node.value))
        assert isinstance(node, yaml.ScalarNode)
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Value]:
        data: dict[str, Value] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in data:
                raise refused(self.path, line, f"「{key}」写了两次。", f"“{key}” is written twice.")
            self.lines[(*place, key)] = line
            data[key] = self._read(value_node, (*place, key))
        return data

    def _scalar(self, node: yaml.ScalarNode) -> Value:
        text = str(node.value)
        if node.style:  # quoted or a block: text as it is (libyaml says '' for plain, Python None)
            return text
        if text in ("", "null", "~"):
            return None
        if text in ("true", "false"):
            return text == "true"
        return self._plain(text, node)

    def _plain(self, text: str, node: yaml.ScalarNode) -> Value:
        if _INTEGER.fullmatch(text):
            return int(text)
        if _DECIMAL.fullmatch(text):
            return Decimal(text)
        if _DATE.fullmatch(text):
            return self._date(text, node)
        if node.tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float"):
            line = node.start_mark.line + 1
            zh = f"「{text}」写法不明：数字写成 12 或 1.5，代码加引号。"
            raise refused(self.path, line, zh, f"“{text}” is unclear: write 12 or 1.5, and quote a code.")
        return text

    def _date(self, text: str, node: yaml.ScalarNode) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            line = node.start_mark.line + 1
            raise refused(self.path, line, f"没有「{text}」这一天。", f"there is no day {text}.") from None


def refused(path: Path, line: int, zh: str, en: str) -> Refused:
    """A refusal that names file and line."""
    where = f"{path}:{line}"
    return Refused(f"{where}：{zh}", f"{where}: {en}")


def _tagged(event: yaml.Event) -> bool:
    return isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)) and event.tag is not None


def documents(path: Path) -> Iterator[Document]:
    """The documents of a file, in order. Raises `Refused` with `file:line` for what cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or _tagged(event):
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise refused(path, line, "不用锚点、别名和标签。", "anchors, aliases and tags are not used.")
        nodes = list(yaml.compose_all(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise refused(path, line, f"不是合规的 YAML：{error.problem}", f"not YAML: {error.problem}") from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise refused(path, 1, f"读不了：{error}", f"cannot be read: {error}") from None
    for node in nodes:
        yield Document(path, node)
