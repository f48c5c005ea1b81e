"""The examples of docs/examples, which pages show and the tests run."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

from synqro.core.wiring import settings

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "examples"
# What stands in the files for the reader's own.
ADDRESS = "https://synqro.example"
PUBLISHABLE_KEY = "sf_test_YOUR_KEY"
SECRET_KEY = "sk_test_YOUR_KEY"  # noqa: S105
SIGNING_SECRET = "whsec_YOUR_SECRET"  # noqa: S105
COMMENT = r'(?:^|(?<=\s))(?:#|//)\s.*$|<!--(?:.|\n)*?-->|"{3}(?:.|\n)*?"{3}'
STRING = r"\"(?:\\.|[^\"\\\n])*\"|'[^']*'"
SEEN = re.compile(rf"(?P<c>{COMMENT})|(?P<v>{STRING})", re.M)


def snippet(name: str, values: Mapping[str, str] | None = None) -> str:
    """Give back an example as its reader runs it, with the address of this server in it.

    `name` is its path below docs/examples, as in "webhooks/verify.py"; `values` are further
    things to put in, as in {PUBLISHABLE_KEY: "sf_live_…"}. A name that is not there is ours to
    mend: FileNotFoundError.
    """
    text = _read(name)
    for known, own in {ADDRESS: settings().public_url, **(values or {})}.items():
        text = text.replace(known, own)
    return text


@cache
def names() -> frozenset[str]:
    """Give back the names of all examples."""
    files = (path for path in FOLDER.rglob("*.*") if "__pycache__" not in path.parts)
    return frozenset(path.relative_to(FOLDER).as_posix() for path in files)


def coloured(text: str) -> Markup:
    """Give back code with its comments and strings marked for the eye; its text stays as it is."""
    parts, at = [], 0
    for found in SEEN.finditer(text):
        parts.append(escape(text[at : found.start()]))
        parts.append(Markup('<span class="{}">{}</span>').format(found.lastgroup, found[0]))
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


@cache
def _read(name: str) -> str:
    return (FOLDER / name).read_text().rstrip("\n")
