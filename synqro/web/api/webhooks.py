"""/v1/webhooks: the addresses that are told what happens."""

from datetime import timedelta
from typing import Any, Literal

from flask import g
from pydantic import BaseModel, Field, field_validator
from pydantic_core import PydanticCustomError

from synqro import events
from synqro.core.errors import Invalid
from synqro.core.pages import InvalidCursor
from synqro.events import EndpointStatus, Reason
from synqro.web import idempotent
from synqro.web.api.blueprint import bp
from synqro.web.api.lists import ListIn, ListOut, listed
from synqro.web.api.once import once
from synqro.web.contract import Wrong, operation
from synqro.web.inputs import StrictIn
from synqro.web.times import TimeOut

NAMES = {"url": "url", "events": "types", "description": "description"}
LONGEST_OVERLAP = events.LONGEST_OVERLAP // timedelta(hours=1)
URL = Field(
    description="https on port 443 or 8443, at an address that everybody can reach.",
    examples=["https://example.com/hooks"],
)
EVENTS = Field(
    description='Types of events, or `["*"]` for all, also those that come later.',
    examples=[["order.created", "order.shipped"]],
)
DESCRIPTION = Field(None, description="For your own eyes.", examples=["Label printer"])


def _never_null(schema: dict[str, Any]) -> None:
    """Say in a field's schema that it can be left out, but not cleared."""
    schema |= next(kind for kind in schema.pop("anyOf") if kind.get("type") != "null")
    schema.pop("default", None)


class WebhookIn(StrictIn):
    url: str = URL
    events: list[str] = EVENTS
    description: str | None = DESCRIPTION


class WebhookChangesIn(StrictIn):
    """What is absent stays; null clears the description. Turned on again, an endpoint gets what
    waits for it; `POST /v1/webhooks/{id}/recover` also sends what was given up.
    """

    url: str | None = Field(
        None, examples=["https://example.com/hooks"], json_schema_extra=_never_null
    )
    events: list[str] | None = Field(None, examples=[["*"]], json_schema_extra=_never_null)
    description: str | None = DESCRIPTION
    status: EndpointStatus | None = Field(None, json_schema_extra=_never_null)

    @field_validator("url", "events", "status")
    @classmethod
    def _never_cleared(cls, value: Any) -> Any:
        if value is None:
            raise PydanticCustomError("required", "This is needed.")
        return value


class RotateIn(StrictIn):
    overlap_hours: int = Field(
        24,
        ge=0,
        le=LONGEST_OVERLAP,
        strict=True,
        description="How long the old secret signs beside the new one. 0 ends it at once.",
    )


class WebhookOut(BaseModel):
    """`disabled_reason` is paused (by a person), gone (it answered 410) or failing (seven days
    without one success). `old_secret_until` is when the last older secret stops signing.
    """

    id: str
    object: Literal["webhook_endpoint"] = "webhook_endpoint"
    url: str
    events: list[str]
    description: str | None
    status: EndpointStatus
    disabled_reason: Reason | None
    disabled_at: TimeOut | None
    failing_since: TimeOut | None
    old_secret_until: TimeOut | None
    created_at: TimeOut
    updated_at: TimeOut


class NewWebhookOut(WebhookOut):
    """`secret` is shown this once: keep it, signatures are checked with it."""

    secret: str = Field(examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"])


class DeletedWebhookOut(BaseModel):
    id: str
    object: Literal["webhook_endpoint"] = "webhook_endpoint"
    deleted: Literal[True] = True


def _also_wrong(given: Any, found: Wrong) -> Wrong:
    """Look at the fields that can be read beside those that cannot."""
    said = {wrong["field"].partition(".")[0] for wrong in found}
    fit = {name: given.get(name) for name in NAMES if isinstance(given, dict)}
    readable = {
        name: value
        for name, value in fit.items()
        if name not in said and (isinstance(value, list) if name == "events" else value)
    }
    try:
        events.checked(**{NAMES[name]: value for name, value in readable.items()})
    except Invalid as refused:
        more: Any = refused.facts["fields"]
        return list(more)
    return []


@bp.get("/webhooks")
@operation(scope="webhooks:read", query=ListIn, out=ListOut[WebhookOut], raises=(InvalidCursor,))
def list_webhooks(query: ListIn) -> dict[str, Any]:
    """List the endpoints, the newest first."""
    return listed(events.endpoints_page(g.store.id, cursor=query.cursor, limit=query.limit))


@bp.post("/webhooks")
@operation(
    scope="webhooks:write",
    body=WebhookIn,
    out=NewWebhookOut,
    status=201,
    raises=(events.TooManyEndpoints,),
    also=_also_wrong,
)
def create_webhook(body: WebhookIn) -> dict[str, Any]:
    """Add an endpoint.

    It gets what happens from now on. `secret` is shown this once; a repeat with the same
    idempotency key shows it again for a day.
    """
    # The name is looked up before the transaction, and not for a request that is repeated.
    given = {} if idempotent.made() else events.checked(**_given(body))
    made = once(
        lambda: events.add_checked(g.store.id, given), lambda new: new.endpoint.id, _with_secret
    )
    return _shown(made)


@bp.get("/webhooks/<webhook_id>")
@operation(scope="webhooks:read", out=WebhookOut, raises=(events.EndpointNotFound,))
def get_webhook(webhook_id: str) -> events.Endpoint:
    """Show one endpoint."""
    return events.endpoint(g.store.id, webhook_id)


@bp.patch("/webhooks/<webhook_id>")
@operation(
    scope="webhooks:write",
    body=WebhookChangesIn,
    out=WebhookOut,
    raises=(events.EndpointNotFound,),
    also=_also_wrong,
)
def change_webhook(webhook_id: str, body: WebhookChangesIn) -> events.Endpoint:
    """Change an endpoint, pause it or turn it on.

    While it is disabled it gets nothing; what it is owed by then waits.
    """
    enabled = None if body.status is None else body.status is EndpointStatus.ENABLED
    return events.edit_endpoint(g.store.id, webhook_id, enabled=enabled, **_given(body))


@bp.delete("/webhooks/<webhook_id>")
@operation(scope="webhooks:write", out=DeletedWebhookOut, raises=(events.EndpointNotFound,))
def delete_webhook(webhook_id: str) -> dict[str, Any]:
    """Take an endpoint and its log away, for good."""
    events.delete_endpoint(g.store.id, webhook_id)
    return {"id": webhook_id}


@bp.post("/webhooks/<webhook_id>/rotate_secret")
@operation(
    scope="webhooks:write",
    body=RotateIn,
    out=NewWebhookOut,
    raises=(events.EndpointNotFound,),
)
def rotate_secret(webhook_id: str, body: RotateIn) -> dict[str, Any]:
    """Make a new secret.

    The old one signs beside it for a day, or for `overlap_hours`: receivers accept a request
    that one of its signatures fits.
    """
    overlap = timedelta(hours=body.overlap_hours)
    return _shown(
        once(
            lambda: events.rotate_secret(g.store.id, webhook_id, overlap=overlap),
            lambda new: new.endpoint.id,
            _with_secret,
        )
    )


def _with_secret(webhook_id: str) -> events.NewEndpoint:
    return events.with_secret(g.store.id, webhook_id)


def _shown(new: events.NewEndpoint) -> dict[str, Any]:
    found = WebhookOut.model_validate(new.endpoint, from_attributes=True)
    return {**dict(found), "secret": new.secret}


def _given(body: WebhookIn | WebhookChangesIn) -> dict[str, Any]:
    given = body.model_dump(include=body.model_fields_set & NAMES.keys())
    return {NAMES[name]: value for name, value in given.items()}
