"""The form of rates as a browser holds it, and presses of its buttons."""

from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PATH = "/console/quotes/rates"
Fields = dict[str, str]


class _Form(HTMLParser):
    """Collects what the form with id=rates would send."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Fields = {}
        self.within = False
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.within = at.get("id") == "rates"
        if not self.within:
            return
        if tag == "select":
            self.select = at["name"]
        if tag == "option" and ("selected" in at or self.select not in self.found):
            self.found[self.select] = at["value"]
        if tag == "input" and (at.get("type") != "radio" or "checked" in at):
            self.found[at["name"]] = at.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.within = False


def fields(page: str) -> Fields:
    """What the page's form would send as it stands."""
    form = _Form()
    form.feed(page)
    return form.found


def opened(console: FlaskClient, query: str = "") -> Fields:
    answer = console.get(PATH + query)
    assert answer.status_code == 200
    return fields(answer.text)


def save(console: FlaskClient, form: Fields, **given: str) -> TestResponse:
    """Press Save; `given` names fields with two underscores for each dot."""
    return console.post(PATH, data={**form, **_dotted(given)})


def press(console: FlaskClient, form: Fields, do: str, **given: str) -> Fields:
    """Press a button that changes rows, without script, and give back the form it leaves."""
    answer = console.post(f"{PATH}/rows", data={**form, **_dotted(given), "do": do})
    assert answer.status_code == 200, answer.text
    return fields(answer.text)


def _dotted(given: Fields) -> Fields:
    return {name.replace("__", "."): value for name, value in given.items()}
