"""Quotes by the hundred or the thousand, written past the service that takes requests."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert

from synqro import quotes
from synqro.core.db import db, transaction

BATCH = 5_000
ANSWER: dict[str, Any] = {
    "number": 1,
    "lines": [{"description": "Bracket", "quantity": 4, "unit_price": 1575}],
    "shipping": 0,
    "tax": 0,
    "tax_rate_bp": 0,
    "tax_label": None,
    "tax_included": False,
    "deposit_bp": 0,
    "lead_time_days": None,
    "message": None,
    "working": None,
    "automatic": False,
    "person_id": None,
}


def facts_of(quote: quotes.Quote) -> dict[str, Any]:
    """Give back all that stands in a quote's row."""
    return {column.key: getattr(quote, column.key) for column in quote.__mapper__.column_attrs}


@transaction()
def written_like(facts: dict[str, Any], rows: Sequence[dict[str, Any]], begin: int = 0) -> None:
    """Write a quote of `facts` for each of `rows`, changed as it says; they are numbered from
    `begin` on.

    `answer` in a row says what is in its first version, of which `total` is in minor units.
    """
    for at in range(0, len(rows), BATCH):
        made, answers = [], []
        for number, row in enumerate(rows[at : at + BATCH], begin + at):
            own = {"id": f"qt_{number:026}", "number": -1 - number, "token_hash": f"hash{number}"}
            answer = row.get("answer")
            changed = {name: value for name, value in row.items() if name != "answer"}
            made.append({**facts, **own, **changed, "offered": int(answer is not None)})
            if answer is not None:
                answers.append(_answer(made[-1], **answer))
        db.session.execute(insert(quotes.Quote), made)
        if answers:
            db.session.execute(insert(quotes.Version), answers)


def _answer(quote: dict[str, Any], total: int, **facts: Any) -> dict[str, Any]:
    money = {"subtotal": total, "total": total, "due": total}
    own = {"quote_id": quote["id"], "created_at": quote["answered_at"] or quote["created_at"]}
    return {**ANSWER, **own, **money, **facts}
