"""The words of the console's pages: their translation is looked up once for each page."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask_babel import get_translations
from markupsafe import Markup

from synqro.web.console.blueprint import bp


@bp.context_processor
def _in_templates() -> dict[str, Callable[..., Markup]]:
    """Give templates `_` and `ngettext`; facts are escaped as they are put in."""
    found: Any = get_translations()

    def say(text: str, /, **facts: object) -> Markup:
        words = _translated(found, text)
        return words % facts if "%" in words else words

    def count(one: str, many: str, num: int, /, **facts: object) -> Markup:
        return Markup(found.ungettext(one, many, num)) % {"num": num, **facts}  # noqa: S704

    return {"_": say, "gettext": say, "ngettext": count}


@lru_cache(2048)
def _translated(translations: Any, text: str) -> Markup:
    return Markup(translations.ugettext(text))  # noqa: S704
