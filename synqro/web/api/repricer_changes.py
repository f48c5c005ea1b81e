"""/v1/repricer/changes: what rules did with prices, and taking it back."""

from typing import Any

from flask import g
from pydantic import Field

from synqro import repricer
from synqro.core.pages import InvalidCursor
from synqro.repricer import ChangeNotFound, ChangeNotUndoable
from synqro.web.api.blueprint import bp
from synqro.web.api.lists import ListIn, ListOut, listed
from synqro.web.api.repricer_bodies import ChangeOut
from synqro.web.contract import Nothing, operation


class ChangesIn(ListIn):
    listing_id: str | None = Field(None, max_length=64, description="Only those of this listing.")
    run_id: str | None = Field(
        None, max_length=64, description="Only those of this run, and what it let be."
    )


@bp.get("/repricer/changes")
@operation(scope="repricer:read", query=ChangesIn, out=ListOut[ChangeOut], raises=(InvalidCursor,))
def list_changes(query: ChangesIn) -> dict[str, Any]:
    """List the prices that rules changed, or would have, the newest first.

    With `run_id` also the listings whose price that run let be.
    """
    return listed(repricer.changes(g.store.id, **query.model_dump()), repricer.change_as_wire)


@bp.post("/repricer/changes/<change_id>/undo")
@operation(
    scope="repricer:write",
    body=Nothing,
    out=ChangeOut,
    raises=(ChangeNotFound, ChangeNotUndoable),
)
def undo_change(change_id: str, body: Nothing) -> dict[str, Any]:
    """Put a price back to what it was.

    The rule then leaves that listing alone until the rule or the listing's base price is
    edited. A price that was changed since is left as it is.
    """
    return repricer.change_as_wire(repricer.undo(g.store.id, change_id, by=g.by))
