"""An endpoint as a form: its address, the events it is sent, a line of description."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field
from werkzeug.datastructures import MultiDict

from synqro import events
from synqro.web.inputs import StrictIn, parse

ALL = ["*"]
# A test goes to the endpoint it was asked for, whatever that one wants.
TYPES = {name: sentence for name, sentence in events.TYPES.items() if name != events.TEST}


class EndpointForm(StrictIn):
    url: str = Field(max_length=2_000)
    which: Literal["all", "some"] = "all"
    events: list[str] = Field([], max_length=100)
    description: str | None = Field(None, max_length=200)


def blank() -> dict[str, Any]:
    return {"which": "all", "events": []}


def typed(form: MultiDict[str, str]) -> dict[str, Any]:
    """Give back what a browser sent; what no field of ours is called is left out."""
    plain = {name: form[name] for name in ("url", "which", "description") if name in form}
    return {**plain, "events": form.getlist("events")}


def stored(endpoint: events.Endpoint) -> dict[str, Any]:
    """Give back the form that a stored endpoint fills."""
    every = endpoint.events == ALL
    return {
        "url": endpoint.url,
        "which": "all" if every else "some",
        "events": [] if every else endpoint.events,
        "description": endpoint.description,
    }


def read(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give back what the events room takes. Raises Invalid, naming every wrong field."""
    form = parse(EndpointForm, dict(values))
    return {
        "url": form.url,
        "types": ALL if form.which == "all" else form.events,
        "description": form.description,
    }
