"""Every event has a model of its whole body, and an example of it."""

import json

import pytest

from synqro import events
from synqro.web import payloads


@pytest.mark.parametrize("type", events.TYPES)
def test_the_example_of_an_event_is_a_whole_body(type: str) -> None:
    body = payloads.example(type)
    assert list(body) == ["id", "event", "created_at", "mode", "data"]
    read = payloads.model(type).model_validate(body)
    assert json.loads(read.model_dump_json()) == body
    assert body == payloads.example(type) and body is not payloads.example(type)


def test_what_never_happens_has_none() -> None:
    with pytest.raises(KeyError):
        payloads.example("order.eaten")
    with pytest.raises(KeyError):
        payloads.model("order.eaten")


def test_an_order_and_a_quote_are_shown_with_all_their_fields() -> None:
    for type in ("order.created", "quote.created"):
        data = payloads.model(type).model_fields["data"].annotation
        assert payloads.example(type)["data"].keys() == data.model_fields.keys()
