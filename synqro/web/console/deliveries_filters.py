"""What of the log of deliveries is wanted, as it stands in the address of the page."""

from datetime import datetime
from typing import Any, NamedTuple

from flask import g
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from synqro import events
from synqro.web.console.local_times import NoTime, read_local, read_until

STATES = {
    "delivered": events.DeliveryStatus.SUCCEEDED,
    "waiting": events.DeliveryStatus.PENDING,
    "failed": events.DeliveryStatus.FAILED,
}


class Filters(NamedTuple):
    """`since` and `until` as they were typed; `wrong` is said where they are no times."""

    to: str | None
    failed: bool
    state: str | None
    type: str | None
    since: str | None
    until: str | None
    cursor: str | None
    first: datetime | None
    end: datetime | None
    wrong: str | None

    @property
    def query(self) -> dict[str, Any]:
        """Everything for an address of the list; what is not asked for is left out."""
        return {
            "to": self.to,
            "failed": 1 if self.failed else None,
            "state": self.state,
            "type": self.type,
            "since": self.since,
            "until": self.until,
            "cursor": self.cursor,
        }

    @property
    def narrow(self) -> bool:
        """Whether anything but the endpoint is filtered."""
        return any((self.failed, self.state, self.type, self.since, self.until))

    def page(self, limit: int) -> Any:
        """Give back the deliveries that are wanted. Raises EndpointNotFound, InvalidCursor."""
        return events.deliveries(
            g.store.id,
            self.to,
            failed=self.failed,
            status=STATES.get(self.state or ""),
            type=self.type,
            since=self.first,
            until=self.end,
            cursor=self.cursor,
            limit=limit,
        )


def read_filters(asked: MultiDict[str, str]) -> Filters:
    """Read the address; a state or an event that there is not counts as not asked for.

    A time that cannot be read filters nothing, and `wrong` says so.
    """
    state, type = asked.get("state", ""), asked.get("type", "")
    since, until = asked.get("since", "").strip(), asked.get("until", "").strip()
    first = end = wrong = None
    try:
        first, end = read_local(since), read_until(until)
    except NoTime as error:
        since = until = ""
        wrong = str(error)
    if first and end and end <= first:
        wrong = _("The first time is after the last one. Neither is used.")
    return Filters(
        to=asked.get("to") or None,
        failed=bool(asked.get("failed")),
        state=state if state in STATES else None,
        type=type if type in events.TYPES else None,
        since=since or None,
        until=until or None,
        cursor=asked.get("cursor") or None,
        first=first if not wrong else None,
        end=end if not wrong else None,
        wrong=wrong,
    )
