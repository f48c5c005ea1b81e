"""Every block of code on a page is an example that a test runs."""

import re
from html import unescape
from pathlib import Path

from flask.testing import FlaskClient

from synqro.web.snippets import coloured, names, snippet
from tests.site.test_docs import PAGES

TESTS = "\n".join(file.read_text() for file in Path(__file__).parent.glob("test_*.py"))
PRE = re.compile(r"<pre\b[^>]*>(.*?)</pre>", re.S)


def blocks(client: FlaskClient, path: str) -> list[str]:
    return [unescape(re.sub("<[^>]+>", "", block)) for block in PRE.findall(client.get(path).text)]


def test_pages_show_nothing_but_examples(client: FlaskClient) -> None:
    known = {snippet(name) for name in names()}
    shown = {block for path in PAGES for block in blocks(client, path)}
    others = shown - known
    # The body of an event is made from the models, and held to them elsewhere.
    assert [block for block in others if not block.startswith('{\n  "id": "evt_')] == []
    assert known - shown == set()


def test_each_example_is_named_in_a_test() -> None:
    for name in names():
        file = Path(name)
        assert file.name in TESTS or f'"{file.stem}"' in TESTS, name


def test_colours_change_no_letter() -> None:
    text = 'a = "b" # c < d\n// e\n"""f\ng"""\n<!-- h -->'
    assert unescape(re.sub("</?span[^>]*>", "", coloured(text))) == text
