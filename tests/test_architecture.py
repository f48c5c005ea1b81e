"""The house rules a linter contract cannot say in one line."""

import ast
from collections.abc import Iterator
from pathlib import Path

import grimp
from flask import Flask

ROOT = Path(__file__).resolve().parent.parent
OPEN = {"synqro.core"}  # the toolbox: its files may be imported one by one
SOURCES = [p for p in (ROOT / "synqro").rglob("*.py") if "migrations" not in p.parts]
LONGEST_FILE, LONGEST_FUNCTION = 300, 40


def test_rooms_are_entered_by_their_front_door() -> None:
    graph = grimp.build_graph("synqro")
    rooms = graph.find_children("synqro") - OPEN
    wrong = [
        f"{importer} imports {inside}"
        for room in rooms
        for inside in graph.find_descendants(room)
        for importer in graph.find_modules_that_directly_import(inside)
        if importer != room and not importer.startswith(f"{room}.") and importer != "synqro"
    ]
    assert wrong == []


def test_request_and_g_stay_in_the_web_faces() -> None:
    allowed = {ROOT / "synqro" / "web", ROOT / "synqro" / "sandbox"}
    wrong = [
        path.relative_to(ROOT)
        for path in SOURCES
        if not allowed & set(path.parents)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
        if {name.name for name in node.names} & {"g", "request", "session"}
    ]
    assert wrong == []


def test_tables_are_queried_in_their_own_room() -> None:
    graph = grimp.build_graph("synqro")
    models = {m for m in graph.modules if m.endswith(".models")}
    wrong = [
        f"{importer} imports {model}"
        for model in models
        for importer in graph.find_modules_that_directly_import(model)
        if importer.rsplit(".", 1)[0] != model.rsplit(".", 1)[0]
        and not importer.startswith(model.removesuffix(".models"))
    ]
    assert wrong == []


def test_no_room_is_called_after_nothing() -> None:
    vague = {"utils", "helpers", "common", "base", "manager"}
    assert [p for p in SOURCES if vague & {p.stem, *p.relative_to(ROOT).parts}] == []


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            yield node


def test_files_and_functions_stay_short() -> None:
    long_files = [
        f"{p.relative_to(ROOT)}: {n} lines"
        for p in SOURCES
        if (n := len(p.read_text().splitlines())) > LONGEST_FILE
    ]
    long_functions = [
        f"{p.relative_to(ROOT)}: {f.name} has {n} lines"
        for p in SOURCES
        for f in functions(p)
        if (n := (f.end_lineno or 0) - f.lineno + 1) > LONGEST_FUNCTION
    ]
    assert long_files + long_functions == []


def test_urls_views_and_templates_agree(app: Flask) -> None:
    """`console.list_orders` answers below /console/orders and stands in console/orders.py."""
    wrong = [
        f"{rule.endpoint} answers {rule.rule} from {module}"
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("console.")
        if (module := app.view_functions[rule.endpoint].__module__.rsplit(".", 1)[1])
        if module not in rule.rule and rule.rule != "/console/"
    ]
    assert wrong == []
