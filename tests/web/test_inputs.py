"""Every mistake in what comes in has a code of ours and a sentence for a person."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, get_args

import pytest
from flask import Flask
from pydantic import BaseModel, Field
from pydantic_core import core_schema

from synqro.core.errors import Invalid
from synqro.web.inputs import (
    CountryCode,
    Email,
    HttpUrl,
    MalformedJson,
    Metadata,
    NotJson,
    Phone,
    Prose,
    StrictIn,
    parse,
    read_json,
)
from synqro.web.mistakes import SAID, summary

ODD: list[Any] = [
    None, True, 0, -1, 10**40, 1.5, float("inf"), Decimal("0.1"), Decimal("1e300"), "", " ", "x",
    "\0", "a\nb", "\x85", "\ud800", "\u200b", "x" * 100_000, "‮مرحبا", "👩‍👩‍👧", "1e9", "ftp://x",
    "http://[", "https://a:b@c/", [], [[]], [None], ["\0"], {}, {"": ""}, {"a": 1},
    {"a": "\0"}, {"\ud800": "x"}, {"x" * 50: "y" * 600}, {str(i): "" for i in range(30)},
]  # fmt: skip


class Card(StrictIn):
    name: str = Field(max_length=20)
    note: Prose | None = Field(None, max_length=50)
    email: Email | None = None
    phone: Phone | None = None
    country: CountryCode | None = None
    link: HttpUrl | None = None
    count: int = Field(1, strict=True, ge=1)
    tags: list[str] = []
    metadata: Metadata = {}


def wrong(data: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        parse(Card, data)
    return {field["field"]: field["code"] for field in refused.value.facts["fields"]}  # type: ignore[attr-defined]


def models(of: type[BaseModel] = StrictIn) -> Iterator[type[BaseModel]]:
    for model in of.__subclasses__():
        yield model
        yield from models(model)


def test_each_of_pydantics_mistakes_has_a_code() -> None:
    assert set(get_args(core_schema.ErrorType)) <= SAID.keys()


def test_no_field_of_any_form_speaks_pydantic(app: Flask) -> None:
    ours = {code for code, _ in SAID.values()}
    with app.test_request_context():
        for model in models():
            for name in model.model_fields:
                for value in ODD:
                    for said in refused(model, {name: value}):
                        assert said["code"].islower() and " " not in said["code"]
                        assert said["message"][0].isupper() and said["message"].endswith(".")
                        assert not said["message"].startswith(("Input ", "Value ", "String "))
                        assert said["code"] in ours or said["code"] not in get_args(
                            core_schema.ErrorType
                        )


def refused(model: type[BaseModel], data: Any) -> list[dict[str, str]]:
    try:
        parse(model, data)
    except Invalid as error:
        return error.facts["fields"]  # type: ignore[return-value]
    except AttributeError as error:
        assert "store" in str(error)  # an amount asks whose currency it is
    return []


def test_all_wrong_fields_are_named_at_once() -> None:
    assert wrong({"name": " ", "email": "ada", "count": 0, "nmae": "Ada"}) == {
        "name": "required",
        "email": "invalid_email",
        "count": "too_small",
        "nmae": "unknown_field",
    }


@pytest.mark.parametrize("count", [True, "2", 2.0, Decimal("2.0"), None, float("inf"), [], {}])
def test_a_count_is_a_whole_number_and_nothing_else(count: object) -> None:
    assert "count" in wrong({"name": "Ada", "count": count})


@pytest.mark.parametrize("name", ["a\0b", "a\nb", "a\x1bb", "a\x85b", "a\u2028b", "a\ud800b"])
def test_control_characters_are_refused_at_their_field(name: str) -> None:
    assert wrong({"name": name}) == {"name": "invalid_characters"}


def test_longer_texts_may_have_lines_but_no_control_characters() -> None:
    assert parse(Card, {"name": "Ada", "note": "a\r\nb\tc\rd"}).note == "a\nb\tc\nd"
    assert wrong({"name": "Ada", "note": "a\0"}) == {"note": "invalid_characters"}


@pytest.mark.parametrize("name", ["👩‍👩‍👧 Ada", "مرحبا", "Zoë", "Žluťoučký kůň", "名前"])
def test_names_of_all_the_world_pass(name: str) -> None:
    assert parse(Card, {"name": name}).name == name


def test_a_blank_is_absent_even_an_unseen_one() -> None:
    assert parse(Card, {"name": "Ada", "note": "  ", "email": ""}).email is None
    assert wrong({"name": "\u200b"}) == {"name": "required"}


def test_phones_countries_and_links_say_what_is_wrong() -> None:
    given = {"name": "A", "phone": "ring me", "country": "XX", "link": "javascript:alert(1)"}
    assert wrong(given) == {
        "phone": "invalid_phone",
        "country": "invalid_country",
        "link": "invalid_url",
    }
    card = parse(Card, {"name": "A", "phone": "+44 (0)20 1 ext 3", "country": "gb"})
    assert (card.phone, card.country) == ("+44 (0)20 1 ext 3", "GB")


def test_metadata_is_kept_as_it_came_within_its_limits() -> None:
    kept = {" a ": " b\n", "c": ""}
    assert parse(Card, {"name": "A", "metadata": kept}).metadata == kept
    assert wrong({"name": "A", "metadata": {"x" * 41: "a"}}) == {f"metadata.{'x' * 41}": "too_long"}
    assert wrong({"name": "A", "metadata": {"a": "b" * 501}}) == {"metadata.a": "too_long"}
    assert wrong({"name": "A", "metadata": {"a": 1}}) == {"metadata.a": "not_text"}
    many = {str(i): "" for i in range(21)}
    assert wrong({"name": "A", "metadata": many}) == {"metadata": "too_many"}


def test_one_sentence_sums_up() -> None:
    assert summary(1) == "A field needs a look."
    assert summary(2) == "Two fields need a look."
    assert summary(13) == "13 fields need a look."


def test_a_thousand_wrong_fields_make_a_short_answer() -> None:
    assert len(wrong({str(i) + "x" * 1000: 1 for i in range(1000)})) == 100


BROKEN = [
    b"", b"{", b"{]", b"\xff", b'{"a": NaN}', b'{"a": -Infinity}', b'{"a": 1, "a": 2}',
    b"[" * 100_000, b'{"a": 01}', b"\xed\xa0\x80", "{}".encode("utf-16"),
]  # fmt: skip


@pytest.mark.parametrize("body", BROKEN)
def test_what_is_not_json_is_told_apart(app: Flask, body: bytes) -> None:
    with (
        app.test_request_context(method="POST", data=body, content_type="application/json"),
        pytest.raises(MalformedJson),
    ):
        read_json()


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_content_type_is_refused(app: Flask, kind: str) -> None:
    with (
        app.test_request_context(method="POST", data=b"{}", content_type=kind),
        pytest.raises(NotJson),
    ):
        read_json()


def test_fractions_stay_exact_and_endless_numbers_stay_harmless(app: Flask) -> None:
    body = b'\xef\xbb\xbf{"a": 0.1, "b": 1e999999999, "c": %s, "d": -7}' % (b"9" * 5000)
    with app.test_request_context(method="POST", data=body, content_type="application/json"):
        read = read_json()
    assert read == {"a": Decimal("0.1"), "b": float("inf"), "c": float("inf"), "d": -7}
