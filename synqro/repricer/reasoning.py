"""Why a change is made, read back from how it is kept."""

from collections.abc import Sequence
from typing import Any

from synqro.repricer.facts import Reason
from synqro.repricer.models import Change
from synqro.repricer.wording import explain, words


def kept(reasons: Sequence[Reason]) -> list[dict[str, Any]]:
    """Give back reasons as a change keeps them."""
    return [{"code": str(reason.code), **reason.facts} for reason in reasons]


def reasons_of(change: Change) -> list[Reason]:
    """Give back the reasons of a change, in order."""
    return [
        Reason(said["code"], {name: fact for name, fact in said.items() if name != "code"})
        for said in change.reasons
    ]


def reason_line(change: Change) -> str:
    """Give back in one line why a change is made."""
    return explain(reasons_of(change), change.currency)


def sentences(change: Change) -> list[str]:
    """Give back each reason of a change as a sentence."""
    return [words(reason, change.currency) for reason in reasons_of(change)]
