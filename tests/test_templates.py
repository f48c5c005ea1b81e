"""What the pages may not hold, so that they work under a strict policy and without script."""

import hashlib
import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import meta, nodes

ROOT = Path(__file__).parent.parent
ALL = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "widget" / "templates").rglob("*.html")]
PAGES = [path for path in ALL if "mail" not in path.relative_to(ROOT).parts]
# Pages that have to look like a maker's own, or are inlined with a nonce.
OWN_STYLE = {"templates/site/demo.html"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(params=PAGES, ids=name)
def template(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def markup(path: Path) -> str:
    """The template without its comments and its expressions."""
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)
    return re.sub(r"\{\{.*?\}\}", "…", text, flags=re.S)


def tags(path: Path, name: str) -> list[str]:
    return re.findall(rf"<{name}\b[^>]*>", markup(path), flags=re.S)


def test_nothing_needs_eval(template: Path) -> None:
    text = markup(template)
    assert not re.search(r"\bhx-on\b|hx-on:|\bjs:|javascript:", text)
    assert not re.search(r"hx-trigger=\"[^\"]*\[", text)
    assert not re.search(r"\son[a-z]+=", text)


def test_script_stands_in_files(template: Path) -> None:
    assert all("src=" in tag for tag in tags(template, "script"))


def test_style_stands_in_files(template: Path) -> None:
    if name(template) in OWN_STYLE:
        return
    assert not re.search(r"<[a-z][^>]*\sstyle=", markup(template))
    assert all("nonce" in tag for tag in re.findall(r"<style\b[^>]*>", template.read_text()))


def test_forms_work_without_script(template: Path) -> None:
    for tag in tags(template, "form"):
        assert "action=" in tag and ("method=" in tag or "hx-" not in tag), tag


def test_a_form_for_htmx_goes_where_the_plain_one_goes(template: Path) -> None:
    for tag in re.findall(r"<form\b[^>]*>", template.read_text(), flags=re.S):
        found = re.search(r'hx-post="([^"]*)"', tag)
        assert not found or f'action="{found[1]}"' in tag, tag


def test_what_is_imported_finds_every_name_it_asks_for(template: Path, app: Flask) -> None:
    """A macro sees what a view or a context processor gives only if imported with context."""
    env, read = app.jinja_env, app.jinja_env.parse(template.read_text())
    imports: list[nodes.Import | nodes.FromImport] = [*read.find_all(nodes.Import)]
    for found in [*imports, *read.find_all(nodes.FromImport)]:
        if found.with_context:
            continue
        assert env.loader and isinstance(found.template, nodes.Const)
        source, _, _ = env.loader.get_source(env, found.template.value)
        missing = meta.find_undeclared_variables(env.parse(source)) - env.globals.keys()
        assert not missing, (found.template.value, missing)


def test_nothing_comes_from_elsewhere(template: Path) -> None:
    found = re.findall(r"<(?:script|link|img)\b[^>]*(?:src|href)=\"(https?:)?//", markup(template))
    assert not found


def test_what_others_wrote_is_what_we_took() -> None:
    folder = ROOT / "static" / "vendor"
    stated = re.findall(r"`([^`]+\.js)`.*`([0-9a-f]{64})`", (folder / "README.md").read_text())
    assert {path.name for path in folder.glob("*.js")} == {file for file, _ in stated}
    for file, checksum in stated:
        assert hashlib.sha256((folder / file).read_bytes()).hexdigest() == checksum
