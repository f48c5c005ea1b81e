"""flask-babel's two functions with their types."""

import flask_babel


def gettext(text: str, **facts: object) -> str:
    return str(flask_babel.gettext(text, **facts))


def ngettext(one: str, many: str, num: int, **facts: object) -> str:
    return str(flask_babel.ngettext(one, many, num, **facts))
