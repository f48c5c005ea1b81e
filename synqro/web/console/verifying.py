"""How a receiver checks that a delivery is from here: the snippets of the docs."""

from functools import cache
from typing import NamedTuple

from markupsafe import Markup

from synqro.web.snippets import coloured, names, snippet

FOLDER = "webhooks/"
LANGUAGES = {".py": "Python", ".mjs": "Node", ".js": "Node", ".sh": "Shell"}


class Snippet(NamedTuple):
    """`name` is for ids, `text` for `<pre>`."""

    name: str
    language: str
    text: Markup


@cache
def snippets() -> list[Snippet]:
    """Give back one snippet a language, in the order of LANGUAGES; none where there are none."""
    found = {
        language: Snippet(language.lower(), language, coloured(snippet(name)))
        for ending, language in LANGUAGES.items()
        for name in names()
        if name.startswith(f"{FOLDER}verify") and name.endswith(ending)
    }
    return list(found.values())
