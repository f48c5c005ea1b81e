"""Reading what happened to a shop's stock."""

from sqlalchemy import select

from synqro.catalogue.stock_models import Move
from synqro.core.pages import Page, page


def moves(
    store_id: str, *, variant_id: str | None = None, cursor: str | None = None, limit: int = 25
) -> Page[Move]:
    """Give back a page of the moves of a variant, or of all, the newest first.

    Raises InvalidCursor.
    """
    mine = select(Move).where(Move.store_id == store_id)
    if variant_id is None:
        return page(mine, Move.id, cursor=cursor, limit=limit, newest_first=True)
    if not (variant_id.isascii() and variant_id.isprintable()):
        return Page([], None)
    # By their numbers: two of one variant can have ids of the same moment.
    mine = mine.where(Move.variant_id == variant_id)
    return page(mine, Move.number, cursor=cursor, limit=limit, newest_first=True)
