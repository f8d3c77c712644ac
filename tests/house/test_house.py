"""The house stands: floors, sizes, allowed catch-alls, no clock or chance in the domain, no forbidden library."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from bot.app.config import ROOT

BOT = ROOT / "bot"
MODULES = sorted(BOT.rglob("*.py"))
# The only places that may catch everything; each records and alarms.
CATCH_ALL = {
    "services/intake.py",
    "services/dispatcher.py",
    "services/for_ever.py",  # the loop runner
    "services/alerting.py",  # an alert that cannot be carried on must not stop the others
    "adapters/store/transaction.py",  # takes back what it noted, and raises on
    "adapters/store/database.py",  # hands every fault to the one who asked
    "adapters/store/ready.py",  # takes back what was nested, and raises on
    "adapters/telegram/receive.py",  # one update must never stop the others
    "adapters/telegram/line.py",  # a line that was given up must not answer somebody else; raises on
}
PURE = {"__future__", "collections", "dataclasses", "datetime", "enum", "functools", "hashlib", "math", "re", "typing"}
PURE |= {"unicodedata", "zoneinfo", "array", "heapq", "itertools", "bisect", "operator", "json", "bot"}


def named(path: Path) -> str:
    return str(path.relative_to(BOT))


def imports(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.append(node.module or "")
    return found


def test_floors_hold() -> None:
    run = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_is_one_idea_of_at_most_300_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_says_what_it_is(path: Path) -> None:
    source = path.read_text()
    assert not source.strip() or ast.get_docstring(ast.parse(source))


@pytest.mark.parametrize("path", [p for p in MODULES if "domain" in p.parts], ids=named)
def test_the_domain_is_pure(path: Path) -> None:
    tree = ast.parse(path.read_text())
    strangers = {name.split(".")[0] for name in imports(tree)} - PURE
    assert not strangers, f"{named(path)} imports {strangers}; domain returns facts and lets services act"
    for node in ast.walk(tree):
        assert not isinstance(node, ast.AsyncFunctionDef | ast.Await)
        if isinstance(node, ast.Attribute):
            assert (
                node.attr not in ("now", "today", "utcnow")
                or not isinstance(node.value, ast.Name)
                or (node.value.id not in ("datetime", "date"))
            ), f"{named(path)}:{node.lineno} reads a clock"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_only_the_named_places_catch_everything(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ExceptHandler):
            wide = node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException"))
            assert not wide or named(path) in CATCH_ALL, f"{named(path)}:{node.lineno}"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_telegram_ext_is_not_used(path: Path) -> None:
    assert not any(name.startswith("telegram.ext") for name in imports(ast.parse(path.read_text())))


def test_the_environment_is_read_in_one_place() -> None:
    readers = {named(p) for p in MODULES if "os.environ" in p.read_text() and named(p) != "adapters/telegram/request.py"}
    assert readers == {"app/config.py"}


def test_flows_do_not_know_one_another() -> None:
    for path in (BOT / "domain" / "flows").glob("*.py"):
        if path.name != "__init__.py":
            assert not any(name.startswith("bot.domain.flows") for name in imports(ast.parse(path.read_text()))), path.name


def test_the_code_is_clean() -> None:
    run = subprocess.run([sys.executable, "-m", "ruff", "check", "--quiet", "bot", "tests", "bench"], cwd=ROOT, check=False)
    assert run.returncode == 0


def test_no_index_address_in_what_is_locked() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        assert "://" not in path.read_text(), path.name
