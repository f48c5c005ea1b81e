"""What the page of a custom print says at its top when a request was refused."""

from collections.abc import Mapping

from synqro import quotes
from synqro.core.errors import DomainError, Invalid
from synqro.web.widget.alerts import Alert, Link, wrong_fields
from synqro.web.widget.attached import File
from synqro.web.widget.words import gettext as _


class FilesRefused(Invalid):
    """Files that came along with the form could not be kept; the message says why."""


def about(refused: DomainError, wrong: Mapping[str, str], files: list[File]) -> Alert:
    """Say why a request was refused and what to do; `wrong` are the fields to look at."""
    if isinstance(refused, quotes.NothingToQuote):
        return nothing()
    if isinstance(refused, FilesRefused):
        return Alert(_("A file wasn't taken"), f"{refused} {_('The rest is kept.')}")
    if isinstance(refused, Invalid) and wrong:
        names = {f"uploads.{i}": file.name for i, file in enumerate(files)}
        return wrong_fields(wrong, _labels() | names)
    return Alert(_("This didn't work"), f"{refused} {_('Your words and files are kept.')}")


def nothing() -> Alert:
    """Say that there is nothing yet that a price could be named for."""
    links = [
        Link("#files", _("a file")),
        Link("#file_url", _("a link")),
        Link("#description", _("a description")),
    ]
    return Alert(_("There is nothing to price yet"), _("Any one of them is enough."), links=links)


def _labels() -> dict[str, str]:
    return {
        "file_url": _("Link"),
        "description": _("What is it for?"),
        "material": _("Material"),
        "color": _("Colour"),
        "quantity": _("How many"),
        "needed_by": _("Needed by"),
        "customer.name": _("Full name"),
        "customer.email": _("Email"),
        "customer.phone": _("Phone"),
    }
