"""The plan of the house: which room may know which, and what only one of them does."""

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(find_spec("quyu").submodule_search_locations[0])
BELOW = {  # what each room may import
    "files": (),
    "words": (),
    "facts": ("files", "words"),
    "index": ("words", "facts"),
    "regions": ("words", "facts", "index"),
    "maps": ("files", "words", "facts"),
    "study": ("files", "words", "facts", "index", "regions", "maps"),
    "pages": ("words", "facts", "index", "regions", "maps", "study"),
    "batch": ("files", "words", "facts", "index", "regions", "maps", "study", "pages"),
    "cli": ("words", "facts", "index", "regions", "maps", "study", "pages", "batch"),
}
DRAWERS = {"utils", "util", "helpers", "common", "misc", "tools"}
WRITES = {"write_text", "write_bytes", "mkdir", "to_csv", "to_excel", "to_file"}


def modules():
    """Every module of ours by its name, with its syntax tree."""
    for file in sorted(ROOT.rglob("*.py")):
        parts = ("quyu", *file.relative_to(ROOT).with_suffix("").parts)
        name = ".".join(parts).removesuffix(".__init__")
        yield name, ast.parse(file.read_text(encoding="utf-8"))


TREES = dict(modules())
ROOMS = sorted({name.split(".")[1] for name in TREES if "." in name} - {"__main__"})


def imported(node):
    """The modules of ours that one statement imports."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [f"{node.module}.{alias.name}" for alias in node.names]
    else:
        return []
    ours = [name for name in names if name.split(".")[0] == "quyu"]
    return [name if name in TREES else name.rpartition(".")[0] for name in ours]


def calls(tree):
    """The name of everything that is called: `a.b(…)` is b."""
    made = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [getattr(func, "attr", getattr(func, "id", "")) for func in made]


def within(room):
    return {name: tree for name, tree in TREES.items() if name.split(".")[1:2] == [room]}


def test_the_rooms_are_those_of_the_plan():
    assert set(ROOMS) == set(BELOW)
    assert not {part for name in TREES for part in name.split(".")} & DRAWERS


@pytest.mark.parametrize("room", BELOW)
def test_a_room_imports_only_rooms_below_it(room):
    allowed = {room, *BELOW[room]}
    arrows = {
        f"{name} -> {other}"
        for name, tree in within(room).items()
        for node in ast.walk(tree)
        for other in imported(node)
        if other != "quyu" and other.split(".")[1] not in allowed
    }
    assert arrows == set()


def test_no_file_imports_itself_in_a_circle():
    graph = {
        name: {other for node in tree.body for other in imported(node)} - {name}
        for name, tree in TREES.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as found:
        pytest.fail(" <- ".join(found.args[1]))


@pytest.mark.parametrize("room", [room for room in BELOW if room != "pages"])
def test_only_the_pages_know_markup(room):
    assert [name for name, tree in within(room).items() if "HTML" in calls(tree)] == []


@pytest.mark.parametrize("room", [room for room in BELOW if room not in ("files", "batch")])
def test_only_the_batch_makes_files_of_its_own(room):
    found = [name for name, tree in within(room).items() if WRITES & set(calls(tree))]
    opened = [
        name
        for name, tree in within(room).items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and calls(node)[:1] == ["open"]
        and any(
            isinstance(given, ast.Constant) and str(given.value)[:1] in "wax" and given.value
            for given in [*node.args, *(word.value for word in node.keywords)]
        )
    ]
    assert found + opened == []


@pytest.mark.parametrize("name", ["quyu", "quyu.cli"])
def test_an_import_loads_no_data_library(name):
    look = f"import sys, {name}; print([x for x in ('pandas', 'numpy', 'matplotlib') if x in sys.modules])"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
