"""The kinds of fields that several faces share."""

import pytest
from pydantic import ValidationError

from synqro.web.fields import Email
from synqro.web.inputs import StrictIn


class Card(StrictIn):
    email: Email


@pytest.mark.parametrize("email", ["sam@example.com", "sam@shop.example", "sam@shop.test"])
def test_domains_kept_for_trying_things_can_be_tried(email: str) -> None:
    assert Card(email=email).email == email


@pytest.mark.parametrize("email", ["sam@shop.invalid", "sam@localhost", "sam@printer.local"])
def test_domains_that_no_mail_reaches_are_refused(email: str) -> None:
    with pytest.raises(ValidationError, match="Enter an email address"):
        Card(email=email)
