"""Where permission is asked or a scope is put on, found in the syntax of the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

WHERE = ("src/meihao/records", "src/meihao/web/guard.py", "src/meihao/web/search.py")
DOUBLED: tuple[tuple[str, str, str], ...] = (
    (
        "src/meihao/records/registry/people/queries_person.py",
        "revealable = kept and access.holds(by, REVEAL)",
        "whoever does not hold it has no unit in its scope, so nobody is found there; it only saves asking",
    ),
)
"""Guards behind which another refuses the same: (file, what is there, why none can tell them apart)."""

_ASKED = {"holds", "allowed", "may_write"}
_WITHIN = {"within", "visible"}  # what gives the condition of a scope


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """One guard: the file, the stretch of it, what stands there instead once it is gone."""

    file: str
    line: int
    start: int
    end: int
    kind: str
    instead: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.kind}"

    def is_at(self, root: Path, place: tuple[str, str, str]) -> bool:
        """Whether it stands where a file says something."""
        file, said, _ = place
        lines = (root / self.file).read_text(encoding="utf-8").splitlines()
        return self.file == file and said in lines[self.line - 1]

    def gone(self, source: bytes) -> bytes:
        """The source without this guard."""
        return source[: self.start] + self.instead.encode() + source[self.end :]


def sites(root: Path) -> list[Site]:
    """All guards below a root, in order."""
    return sorted(site for file in _files(root) for site in _of(file, root))


def harmless(root: Path) -> list[Site]:
    """What is no guard: the docstrings of two files; without them nothing changes."""
    return [
        _docstring(root, name)
        for name in ("src/meihao/records/library/actions.py", "src/meihao/web/guard.py")
    ]


def _docstring(root: Path, name: str) -> Site:
    source = (root / name).read_bytes()
    first = ast.parse(source).body[0]
    assert first.end_lineno is not None
    end = sum(len(line) for line in source.splitlines(keepends=True)[: first.end_lineno])
    return Site(name, 1, 0, end, "docstring", '"""Gone."""\n')


def _files(root: Path) -> Iterator[Path]:
    for where in WHERE:
        path = root / where
        found = [path] if path.is_file() else sorted(path.rglob("*.py"))
        left_out = {"migrations", "scoped.py"}  # the manager hands a scope on and puts none
        yield from (file for file in found if not left_out & set(file.parts))


def _of(file: Path, root: Path) -> Iterator[Site]:
    source, name = file.read_bytes(), file.relative_to(root).as_posix()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def site(node: ast.expr | ast.stmt, kind: str, instead: str) -> Site:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        return Site(name, node.lineno, start, end, kind, instead)

    tree = ast.parse(source)
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Call(func=func)) if _named(func) == "require":
                yield site(node, "require", "pass")
            case ast.Call(func=ast.Attribute(attr="scoped"), args=[within, *_]) if _is_scope(within):
                yield site(within, "scope", "None")
            case ast.Call(func=func) if _named(func) in _ASKED:
                yield site(node, _named(func), "True")
            case ast.FunctionDef(name="process_view" | "require") if not name.endswith("sessions.py"):
                for branch in node.body:
                    if isinstance(branch, ast.If) and not _asks(branch.test):
                        yield site(branch.test, "branch", "False")


def _named(func: ast.expr) -> str:
    match func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _is_scope(node: ast.expr) -> bool:
    match node:
        case ast.Name(id="within"):
            return True
        case ast.Call(func=func):
            return _named(func) in _WITHIN
    return False


def _asks(test: ast.expr) -> bool:
    """Whether a condition is a question that is a guard already."""
    return any(isinstance(node, ast.Call) and _named(node.func) in _ASKED for node in ast.walk(test))
