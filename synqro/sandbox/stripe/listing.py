"""Lists as Stripe pages through them: the newest first, `starting_after` an id."""

from typing import Any

from synqro.sandbox.stripe.books import Books, Json, Kept
from synqro.sandbox.stripe.params import Each, Kind, Text, Whole
from synqro.sandbox.stripe.refusals import missing

EXPAND: dict[str, Kind] = {"expand": Each(Text())}
PAGING: dict[str, Kind] = {
    **EXPAND,
    "limit": Whole(least=1, most=100),
    "starting_after": Text(),
    "ending_before": Text(),
}


def listed(found: list[Json], params: Json, url: str) -> Json:
    """Give back the page of `found` that `params` asks for."""
    limit = params.get("limit", 10)
    if "ending_before" in params:
        before = found[: _place(found, params["ending_before"], "ending_before")]
        return _list(before[-limit:], len(before) > limit, url)
    after = found
    if "starting_after" in params:
        after = found[_place(found, params["starting_after"], "starting_after") + 1 :]
    return _list(after[:limit], len(after) > limit, url)


def require(books: Books, kind: str, wanted: str, account: str, *, named: str, at: str) -> Kept:
    """Find an object of this account, or say that there is none."""
    found = books.find(kind, wanted, account)
    if found is None:
        raise missing(named, wanted, at)
    return found


def _list(data: list[Json], has_more: bool, url: str) -> Json:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def _place(found: list[Json], wanted: Any, at: str) -> int:
    for place, item in enumerate(found):
        if item["id"] == wanted:
            return place
    raise missing("object", str(wanted), at)
