"""What the page of a custom print says at its top when a request was refused."""

from collections.abc import Mapping

from synqro import quotes
from synqro.core.errors import DomainError, Invalid
from synqro.web.mistakes import NUMBERS
from synqro.web.widget.alerts import Alert, Link
from synqro.web.widget.attached import File
from synqro.web.widget.words import gettext as _
from synqro.web.widget.words import ngettext


class FilesRefused(Invalid):
    """Files that came along with the form could not be kept; the message says why."""


def about(refused: DomainError, wrong: Mapping[str, str], files: list[File]) -> Alert:
    """Say why a request was refused and what to do; `wrong` are the fields to look at."""
    if isinstance(refused, quotes.NothingToQuote):
        return nothing()
    if isinstance(refused, FilesRefused):
        return Alert(_("A file wasn't taken"), f"{refused} {_('The rest is kept.')}")
    if isinstance(refused, Invalid) and wrong:
        return _wrong_fields(wrong, files)
    return Alert(_("This didn't work"), f"{refused} {_('Your words and files are kept.')}")


def nothing() -> Alert:
    """Say that there is nothing yet that a price could be named for."""
    links = [
        Link("#files", _("a file")),
        Link("#file_url", _("a link")),
        Link("#description", _("a description")),
    ]
    return Alert(_("There is nothing to price yet"), _("Any one of them is enough."), links=links)


def _wrong_fields(wrong: Mapping[str, str], files: list[File]) -> Alert:
    labels = _labels() | {f"uploads.{i}": file.name for i, file in enumerate(files)}
    links = [Link(f"#{name.replace('.', '-')}", labels[name]) for name in labels if name in wrong]
    others = [say for name, say in wrong.items() if name not in labels]
    many = len(wrong)
    word = NUMBERS[many] if many < len(NUMBERS) else str(many)
    title = ngettext("One thing needs a look", "%(word)s things need a look", many, word=word)
    return Alert(title, " ".join([*others, _("The rest is kept.")]), links=links)


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
