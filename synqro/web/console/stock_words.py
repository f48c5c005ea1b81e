"""The moves of stock as a history shows them: what happened, who did it, what can be undone."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy

from synqro import orders, stores
from synqro.catalogue import Move, MoveKind
from synqro.web.console.blueprint import bp
from synqro.web.console.doers import names_of, who

# What a correction is for: in a sentence about it, and to choose from.
REASONS = {
    "damaged": lazy("damaged"),
    "lost": lazy("lost"),
    "found": lazy("found"),
    "sample": lazy("sample or gift"),
    "other": lazy("other reason"),
}

BY_HAND = {MoveKind.COUNTED, MoveKind.RECEIVED, MoveKind.CORRECTED, MoveKind.UNDONE}


class Line(NamedTuple):
    """A move with what its words need: its order's `number`, and the move that it took back."""

    move: Move
    number: int | None
    undone: Move | None
    who: str
    undoable: bool


def lines(moves: Sequence[Move]) -> list[Line]:
    """Give back moves, the newest first, with their orders and the names of who made them."""
    numbers = _numbers(moves)
    names = names_of(map(_by, moves))
    here = {move.id: move for move in moves}
    gone = {move.undoes for move in moves}
    newest = {move.variant_id: move.id for move in reversed(moves)}
    return [
        Line(
            move,
            numbers.get(move.order_id or ""),
            here.get(move.undoes or ""),
            _who(move, names),
            _undoable(move) and move.id not in gone and _alone(move, newest),
        )
        for move in moves
    ]


def _undoable(move: Move) -> bool:
    return move.kind in BY_HAND and move.before != move.after


def _alone(move: Move, newest: Mapping[str, str]) -> bool:
    """From or to "not counted" there is no difference that could be taken back later."""
    return move.change is not None or newest[move.variant_id] == move.id


def _numbers(moves: Sequence[Move]) -> Mapping[str, int]:
    ids = {move.order_id for move in moves if move.order_id}
    return orders.numbers(g.store.id, ids) if ids else {}


def _by(move: Move) -> stores.By:
    return stores.By(person_id=move.person_id, key_id=move.key_id)


def _who(move: Move, names: Mapping[stores.By, str]) -> str:
    nobody = str(_("A customer")) if move.kind is MoveKind.SOLD else "Synqro"
    return who(_by(move), names) or nobody


def signed(number: int | None) -> str:
    """Write a change of a count: +12, −1."""
    if number is None:
        return ""
    return f"+{number:,}" if number > 0 else f"−{-number:,}" if number else "0"


@bp.context_processor
def _in_templates() -> dict[str, Callable[..., str] | Mapping[str, object]]:
    return {"signed": signed, "correction_reasons": REASONS}
