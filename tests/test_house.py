"""The repository tests itself: the floors, what no code may do, and what the papers must say.

Each rule is a function that takes a root and returns what breaks it, as `path:line what`; a second
test plants a violation in an empty repository and sees the rule catch it.
"""

from __future__ import annotations

import ast
import re
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import pytest

FLOORS = (
    *("web", "releases", "records", "ui", "cli", "demo", "documents"),
    *("remedies", "figures", "policy", "methods", "base"),
)
ROOMS = ("releases", "records/returns", "records/library", "records/registry", "records/accounts")
TIMELESS = ("base", "methods", "policy", "figures", "documents", "records", "releases")
MOST_LINES = 400

Rule = Callable[[Path], list[str]]


# --- reading the repository


def kept_files(root: Path) -> list[Path]:
    """Every file git keeps or would keep."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    return sorted({path for name in listed.split("\0") if name and (path := root / name).is_file()})


def python_files(root: Path, *folders: str) -> list[Path]:
    """Every Python file under the folders."""
    return sorted(path for folder in folders for path in (root / folder).rglob("*.py"))


def parse(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def names_used(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Each name used, dotted and in full: after `import time as t`, `t.time` is `time.time`."""
    full: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            full |= {alias.asname: alias.name for alias in node.names if alias.asname}
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            full |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and (name := dotted(node, full)):
            yield node.lineno, name


def dotted(node: ast.expr, full: dict[str, str]) -> str | None:
    """`a.b.c` of a chain of attributes on a name; None where it starts from anything else."""
    if isinstance(node, ast.Name):
        return full.get(node.id, node.id)
    if isinstance(node, ast.Attribute) and (start := dotted(node.value, full)):
        return f"{start}.{node.attr}"
    return None


def uses(root: Path, files: list[Path], forbidden: re.Pattern[str]) -> list[str]:
    """Where a name matching the pattern is used."""
    found = {(path, line, name) for path in files for line, name in names_used(parse(path))}
    return [
        f"{at.relative_to(root)}:{line} {name}"
        for at, line, name in sorted(found)
        if forbidden.fullmatch(name)
    ]


# --- the rules


def rooms_off_the_floors(root: Path) -> list[str]:
    """Packages that are on no floor."""
    packages = (path.parent for path in (root / "src/meihao").glob("*/__init__.py"))
    return [f"src/meihao/{path.name} is on no floor" for path in packages if path.name not in FLOORS]


def code_run_from_data(root: Path) -> list[str]:
    """Text run as code, pickles, and commands given to a shell."""
    files = python_files(root, "src")
    names = re.compile(
        r"(builtins\.)?(eval|exec|__import__)|(pickle|marshal|shelve|dill)(\..*)?|os\.(system|popen)"
    )
    shells = [
        f"{path.relative_to(root)}:{node.value.lineno} shell="
        for path in files
        for node in ast.walk(parse(path))
        if isinstance(node, ast.keyword)
        and node.arg == "shell"
        and not (isinstance(node.value, ast.Constant) and node.value.value is False)
    ]
    return uses(root, files, names) + shells


def imports_inside_functions(root: Path) -> list[str]:
    """Imports that hide in a function: the code is on the wrong floor."""
    return [
        f"{path.relative_to(root)}:{node.lineno} import in {outer.name}"
        for path in python_files(root, "src")
        for outer in ast.walk(parse(path))
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(outer)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


def clocks_read(root: Path) -> list[str]:
    """Readings of the wall clock where time has to be passed in."""
    files = python_files(root, *(f"src/meihao/{floor}" for floor in TIMELESS))
    clock = r"(.*\.)?(utcnow|now|today)|time\.(time|time_ns|localtime|gmtime|ctime|strftime|asctime)"
    return uses(root, files, re.compile(clock))


def traces_of_one_machine(root: Path) -> list[str]:
    """Addresses of registries and absolute paths; the needles are cut up so as not to find themselves."""
    hosts = (
        *(
            "py" + "pi.org",
            "python" + "hosted.org",
            "npm" + "js.org",
            "npm" + "mirror.com",
            "yarn" + "pkg.com",
        ),
        *(
            "deb." + "debian.org",
            "security." + "debian.org",
            "pypi.tuna." + "tsinghua",
            "mirrors." + "aliyun",
        ),
        *("repo." + "huaweicloud", "mirrors.cloud." + "tencent", "proxy." + "golang.org", "crates" + ".io"),
    )
    paths = r"(?<![\w.~)}])" + "/(?:" + "|".join(("root", "home", "work", "tmp", "opt")) + ")/"
    needle = re.compile("|".join((*map(re.escape, hosts), paths)))
    found = []
    for path in kept_files(root):
        text = path.read_bytes().decode("utf-8", errors="ignore")
        for number, line in enumerate(text.splitlines(), 1):
            found += [f"{path.relative_to(root)}:{number} {hit}" for hit in needle.findall(line)]
    return found


def dependencies_without_reason(root: Path) -> list[str]:
    """Dependencies without a comment that says what they are for."""
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    wanted = [*project["dependencies"], *chain(*project.get("optional-dependencies", {}).values())]
    return [
        name for name in wanted if not re.search(rf'^\s*"{re.escape(name)}",?\s*# *\w', text, re.MULTILINE)
    ]


def readmes_without_two_commands(root: Path) -> list[str]:
    """READMEs that do not start with the two commands."""
    first = re.compile(r"```\w*\n(.*?)```", re.DOTALL)
    blocks = {
        name: first.search((root / name).read_text("utf-8")) for name in ("README.md", "README.zh-CN.md")
    }
    return [name for name, block in blocks.items() if not block or block[1] != "make demo\nmake test\n"]


def files_too_long(root: Path) -> list[str]:
    """Python files nobody reads to the end."""
    lengths = {
        path: len(path.read_text("utf-8").splitlines())
        for path in python_files(root, "src", "tests", "bench")
    }
    return [
        f"{path.relative_to(root)} {lines} lines" for path, lines in lengths.items() if lines > MOST_LINES
    ]


def links(page: Path) -> list[Path]:
    """The files a page links to inside the repository."""
    targets: list[str] = re.findall(r"\]\(<?([^)#>\s]+)", page.read_text(encoding="utf-8"))
    return [
        (page.parent / target).resolve() for target in targets if "://" not in target and ":" not in target
    ]


def dead_links(root: Path) -> list[str]:
    """Links to files that do not exist."""
    pages = [path for path in kept_files(root) if path.suffix == ".md"]
    return [f"{page.relative_to(root)} -> {to}" for page in pages for to in links(page) if not to.exists()]


def pages_nobody_finds(root: Path) -> list[str]:
    """Pages under docs/ that the index does not link."""
    index = root / "docs/README.md"
    listed = {index.resolve(), *links(index)}
    pages = (path for path in (root / "docs").rglob("*.md") if path.resolve() not in listed)
    return sorted(str(path.relative_to(root)) for path in pages)


def modules_without_docstring(root: Path) -> list[str]:
    """Modules that do not say what they are; migrations are written by a command."""
    files = (path for path in python_files(root, "src", "bench") if path.parent.name != "migrations")
    return [str(path.relative_to(root)) for path in files if not ast.get_docstring(parse(path))]


def changelog_behind(root: Path) -> list[str]:
    """A change log whose top section is of another version."""
    version = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    top = re.search(r"^## (.*)$", (root / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    return (
        []
        if top and re.search(rf"(?<![\w.]){re.escape(version)}(?![\w.])", top[1])
        else [f"no section {version}"]
    )


def skipped_tests(root: Path) -> list[str]:
    """Tests skipped or expected to fail."""
    names = r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip)|unittest\.(skip\w*|expectedFailure)"
    return uses(root, python_files(root, "tests"), re.compile(names))


RULES: tuple[Rule, ...] = (
    rooms_off_the_floors,
    code_run_from_data,
    imports_inside_functions,
    clocks_read,
    traces_of_one_machine,
    dependencies_without_reason,
    readmes_without_two_commands,
    files_too_long,
    dead_links,
    pages_nobody_finds,
    modules_without_docstring,
    changelog_behind,
    skipped_tests,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_repository_keeps_the_rule(root: Path, rule: Rule) -> None:
    assert rule(root) == []


# --- the controls: each rule catches what it is there for

PLANTED: tuple[tuple[Rule, str, str], ...] = (
    (rooms_off_the_floors, "src/meihao/attic/__init__.py", ""),
    (code_run_from_data, "src/a.py", "x = eval('1')"),
    (code_run_from_data, "src/a.py", "exec('1')"),
    (code_run_from_data, "src/a.py", "import pickle"),
    (code_run_from_data, "src/a.py", "from marshal import loads"),
    (code_run_from_data, "src/a.py", "import os as o\no.system('ls')"),
    (code_run_from_data, "src/a.py", "import subprocess\nsubprocess.run('ls', shell=True)"),
    (imports_inside_functions, "src/a.py", "def f() -> None:\n    if True:\n        import os\n"),
    (clocks_read, "src/meihao/base/a.py", "import datetime as d\nd.datetime.now()"),
    (clocks_read, "src/meihao/figures/a.py", "from datetime import date\ndate.today()"),
    (clocks_read, "src/meihao/policy/a.py", "from time import time\ntime()"),
    (traces_of_one_machine, "a.md", "see https://" + "py" + "pi.org/simple"),
    (traces_of_one_machine, "a.toml", 'path = "/' + 'home/me"'),
    (dependencies_without_reason, "pyproject.toml", '[project]\ndependencies = [\n  "click>=8",\n]'),
    (readmes_without_two_commands, "README.md", "```\nmake demo\nmake other\n```\n"),
    (files_too_long, "src/a.py", "\n" * (MOST_LINES + 1)),
    (dead_links, "README.md", "[a](docs/none.md)"),
    (pages_nobody_finds, "docs/lost.md", "lost"),
    (modules_without_docstring, "src/a.py", "x = 1"),
    (changelog_behind, "CHANGELOG.md", "## 0.0.9"),
    (skipped_tests, "tests/a.py", "import pytest\n@pytest.mark." + "skip\ndef test_a(): ..."),
    (skipped_tests, "tests/a.py", "from pytest import importor" + "skip as wish\nwish('x')"),
    (skipped_tests, "tests/a.py", "import pytest as p\np.mark." + "xfail(reason='')"),
)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """A small repository that keeps every rule."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    commands = "```\nmake demo\nmake test\n```\n"
    files = {
        "pyproject.toml": '[project]\nversion = "0.1.0"\ndependencies = [\n  "click>=8", # commands\n]\n',
        "README.md": f"{commands}[docs](docs/README.md)\n",
        "README.zh-CN.md": commands,
        "CHANGELOG.md": "# Changes\n\n## 0.1.0\n",
        "docs/README.md": "[first](adr/first.md)\n",
        "docs/adr/first.md": "[up](../README.md) [out](https://example.org/home/)\n",
        "src/meihao/base/__init__.py": '"""Base."""\nimport time\n\ntime.monotonic()\nretrieval = 1\n',
        "tests/test_a.py": "def test_a() -> None: ...\n",
    }
    for name, text in files.items():
        write(tmp_path / name, text)
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_sound_repository_passes(sound: Path, rule: Rule) -> None:
    assert rule(sound) == []


@pytest.mark.parametrize(("rule", "name", "text"), PLANTED)
def test_a_planted_violation_is_caught(sound: Path, rule: Rule, name: str, text: str) -> None:
    write(sound / name, text)
    assert rule(sound) != []


def test_every_rule_has_a_control() -> None:
    assert {rule for rule, _, _ in PLANTED} == set(RULES)


# --- the floors


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_floors_hold(root: Path) -> None:
    judged = lint_imports(root)
    assert judged.returncode == 0, judged.stdout + judged.stderr


@pytest.mark.parametrize(
    ("floor", "text", "broken"),
    [
        ("base", "", None),
        ("base", "import mh.figures", "Each floor"),
        ("attic", "", "Each floor"),
        ("figures", "import django.db", "Django"),
        ("policy/a", "import mh.policy.b.c", "No circles"),
    ],
    ids=["sound", "upward", "no floor", "django", "circle"],
)
def test_a_broken_floor_is_caught(
    root: Path, tmp_path: Path, floor: str, text: str, broken: str | None
) -> None:
    """A made-up package `mh` under the very contracts of this repository."""
    _, found, contracts = (
        (root / "pyproject.toml").read_text(encoding="utf-8").partition("[tool.importlinter]")
    )
    write(tmp_path / "pyproject.toml", found + contracts.replace("meihao", "mh"))
    for package in (*FLOORS, *ROOMS, "policy/b"):
        write(tmp_path / "mh" / package / "__init__.py", "")
    write(tmp_path / "mh/__init__.py", "")
    write(tmp_path / "mh/policy/b/c.py", "import mh.policy.a\n")
    write(tmp_path / "mh/policy/a/__init__.py", "")
    write(tmp_path / "mh" / floor / "__init__.py", text)
    judged = lint_imports(tmp_path)
    if broken is None:
        assert judged.returncode == 0, judged.stdout + judged.stderr
    else:
        assert judged.returncode == 1, judged.stdout + judged.stderr
        assert re.search(rf"{broken}.* BROKEN", judged.stdout), judged.stdout


# --- the network


def test_a_public_address_is_refused() -> None:
    with socket.socket() as opened, pytest.raises(RuntimeError, match="network"):
        opened.connect(("192.0.2.1", 80))
    with socket.socket() as opened, pytest.raises(RuntimeError, match="network"):
        opened.bind(("", 0))
    with pytest.raises(RuntimeError, match="network"):
        socket.getaddrinfo("example.org", 443)


def test_loopback_works() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        accepted, _ = server.accept()
        with accepted:
            client.sendall(b"here")
            assert accepted.recv(4) == b"here"
