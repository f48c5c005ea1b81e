"""What a mail looks like on the wire, and what can never get into its head."""

from email import message_from_bytes
from email.policy import default

import pytest

from synqro.mail.letter import Letter, Undeliverable, as_message, one_line
from synqro.mail.transport import Server, server_of

LETTER = Letter(
    to="sam@example.com",
    sender_name="Oak & Ember via Synqro",
    subject="Your order 1001 with Oak & Ember",
    text="Hello\n",
    html="<p>Hello</p>",
    reply_to="ada@oak.example",
)


def wire(**given: str) -> bytes:
    letter = Letter(**{**LETTER.__dict__, **given})
    return as_message(letter, message_id="mail_1", sender="no-reply@shop.example").as_bytes()


def test_it_is_from_the_shop_and_answers_reach_the_merchant() -> None:
    read = message_from_bytes(wire(), policy=default)
    assert read["From"] == "Oak & Ember via Synqro <no-reply@shop.example>"
    assert (read["To"], read["Reply-To"]) == ("sam@example.com", "ada@oak.example")
    assert read["Message-ID"] == "<mail_1@shop.example>"
    assert read["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x00"])
def test_a_shop_name_cannot_add_a_header(end: str) -> None:
    evil = f"Oak{end}Bcc: all@evil.example"
    read = message_from_bytes(wire(subject=evil, sender_name=evil), policy=default)
    assert read["Bcc"] is None
    assert read["Subject"] == "Oak Bcc: all@evil.example"
    assert read["To"].addresses[0].addr_spec == "sam@example.com"


@pytest.mark.parametrize(
    "to",
    ["sam@example.com\r\nBcc: all@evil.example", "sam", "", "a@b@c d", "sam@example.com, x@y.z"],
)
def test_a_bad_address_never_leaves(to: str) -> None:
    with pytest.raises(Undeliverable):
        wire(to=to)


def test_names_from_all_over_the_world_arrive() -> None:
    name = "Łódź 木工 «Œuvre» via Synqro"
    read = message_from_bytes(wire(sender_name=name, subject="Ваш заказ 📦"), policy=default)
    assert read["From"].addresses[0].display_name == name
    assert read["Subject"] == "Ваш заказ 📦"


def test_a_domain_from_elsewhere_is_written_as_dns_has_it() -> None:
    read = message_from_bytes(wire(to="sam@münchen.example"), policy=default)
    assert read["To"] == "sam@xn--mnchen-3ya.example"


def test_one_line_is_one_line() -> None:
    assert one_line("  a\r\n\tb\x00c\u2029 d ") == "a b c d"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", Server("mail.example", 25, "", "", False, False)),
        ("smtp://u:p%40w@m.example:2525", Server("m.example", 2525, "u", "p@w", False, False)),
        ("smtp://u:p@m.example?starttls=1", Server("m.example", 587, "u", "p", False, True)),
        ("smtps://m.example", Server("m.example", 465, "", "", True, False)),
    ],
)
def test_mail_url_is_read(url: str, server: Server) -> None:
    assert server_of(url) == server


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "mail.example:25", "smtp://h:x"])
def test_a_wrong_mail_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"smtp|[Pp]ort"):
        server_of(url)
