"""Lists as Stripe pages through them: the newest first, `starting_after` an id."""

from collections.abc import Iterable

from synqro.sandbox.stripe.books import Books, Json, Kept
from synqro.sandbox.stripe.calls import Call
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


def paged(
    call: Call, kind: str, url: str, fields: Iterable[str] = (), *, payout: str | None = None
) -> Json:
    """Give back the page of all objects of a kind that the call asks for.

    `fields` are the parameters that name what a field of the object has to say.
    """
    params = call.params
    wanted = {name: params[name] for name in fields if name in params}
    cursors = {"after": params.get("starting_after"), "before": params.get("ending_before")}
    for at in ("starting_after", "ending_before"):
        if at in params:
            require(call.books, kind, params[at], call.account, named="object", at=at)
    found, more = call.books.page(
        kind, call.account, wanted, params.get("limit", 10), payout=payout, **cursors
    )
    return _list([kept.body for kept in found], more, url)


def require(books: Books, kind: str, wanted: str, account: str, *, named: str, at: str) -> Kept:
    """Find an object of this account, or say that there is none."""
    found = books.find(kind, wanted, account)
    if found is None:
        raise missing(named, wanted, at)
    return found


def _list(data: list[Json], has_more: bool, url: str) -> Json:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def _place(found: list[Json], wanted: str, at: str) -> int:
    for place, item in enumerate(found):
        if item["id"] == wanted:
            return place
    raise missing("object", wanted, at)
