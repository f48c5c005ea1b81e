"""Writing the mails of the outbox from rows read now, and sending them."""

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from cryptography.fernet import InvalidToken
from flask import render_template

from synqro import events, mail, orders, stores
from synqro.core.crypto import unseal
from synqro.core.errors import NotFound
from synqro.core.money import Money
from synqro.core.queue import push
from synqro.core.wiring import settings
from synqro.jobs import quote_mails, settlement_mails, stock_mails
from synqro.jobs.job import job


@job
def deliver(message_id: str) -> None:
    """Send one mail, if it is due."""
    mail.deliver(message_id, write)


@job
def sweep() -> None:
    """Ring again for what is due and was lost on the way: its doorbell, or its process."""
    for message_id in mail.due():
        push("mail.deliver", message_id)


def write(message: mail.Message) -> mail.Letter:
    """Write a mail from its template. Raises Undeliverable where what it speaks of is gone."""
    try:
        facts = ABOUT[message.template](message)
    except (NotFound, InvalidToken, KeyError) as error:
        raise mail.Undeliverable(f"{message.template}: {error}") from error
    facts = {"public_url": settings().public_url, **facts}
    head, _, text = render_template(f"mail/{message.template}.txt", **facts).partition("\n")
    return mail.Letter(
        to=message.to,
        sender_name=facts.get("sender_name", "Synqro"),
        subject=mail.one_line(head),
        text=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n",
        html=render_template(f"mail/{message.template}.html", subject=head, **facts),
        reply_to=facts.get("reply_to"),
        secrets=facts.get("secrets", ()),
        pictures=facts.get("pictures", ()),
    )


def _of_order(message: mail.Message) -> dict[str, Any]:
    store = stores.by_id(message.store_id or "")
    order = orders.find(store.id, message.facts["order_id"])
    return {"order": order, "store": store, "leaves": _leaves(order, store), "test": _test(store)}


def _to_customer(message: mail.Message) -> dict[str, Any]:
    facts = _of_order(message)
    store, order = facts["store"], facts["order"]
    token = orders.link_token(order)
    owner = next(iter(stores.owners(store.id)), None)
    return {
        **facts,
        "link": f"{settings().public_url}/s/{store.publishable_key}/orders/{token}",
        "secrets": (token,),
        "sender_name": f"{store.name} via Synqro",
        "reply_to": owner.email if owner else None,
    }


def _to_merchant(message: mail.Message) -> dict[str, Any]:
    facts = _of_order(message)
    order = facts["order"]
    return {
        **facts,
        "link": f"{settings().public_url}/console/orders/{order.id}",
        "reply_to": order.customer_email,
    }


def _with_refund(message: mail.Message) -> dict[str, Any]:
    """The facts of a mail to the customer, with the refund it tells of, if it tells of one."""
    facts = _to_customer(message)
    order = facts["order"]
    sums = orders.sums(order)
    refund = _refund(order, message) if "refund_id" in message.facts else None
    return {**facts, "refund": refund, "whole": sums.refunded >= sums.paid}


def _failed_refund(message: mail.Message) -> dict[str, Any]:
    facts = _to_merchant(message)
    return {**facts, "refund": _refund(facts["order"], message)}


def _disputed(message: mail.Message) -> dict[str, Any]:
    facts = _to_merchant(message)
    store, order = facts["store"], facts["order"]
    wanted = message.facts["dispute_id"]
    dispute = next((row for row in orders.disputes(order) if row.id == wanted), None)
    if dispute is None:
        raise NotFound("This dispute is gone.")
    until = dispute.respond_by
    words = "EEEE d MMMM, HH:mm"
    return {
        **facts,
        "amount": Money(dispute.amount, dispute.currency),
        "dispute": dispute,
        "reason": orders.reason_in_words(dispute.reason),
        "until": until and format_datetime(until, words, ZoneInfo(store.timezone), "en"),
    }


def _refund(order: orders.Order, message: mail.Message) -> orders.Refund:
    wanted = message.facts["refund_id"]
    for row in orders.refunds(order):
        if row.id == wanted:
            return row
    raise NotFound("This refund is gone.")


def _of_endpoint(message: mail.Message) -> dict[str, Any]:
    store = stores.by_id(message.store_id or "")
    endpoint = events.endpoint(store.id, message.facts["endpoint_id"])
    since, failing = endpoint.failing_since, message.template == "webhooks/failing"
    if failing and (since is None or not endpoint.enabled):
        raise NotFound("This endpoint does not fail any more.")
    words = "EEEE d MMMM, HH:mm"
    return {
        "endpoint": endpoint,
        "store": store,
        "twin": _test(store),
        "gone": message.facts.get("reason") == events.Reason.GONE,
        "since": since and format_datetime(since, words, ZoneInfo(store.timezone), "en"),
        "last": events.last_tried(store.id).get(endpoint.id),
        "link": f"{settings().public_url}/console/developers/endpoints/{endpoint.id}",
    }


def _of_key(message: mail.Message) -> dict[str, Any]:
    store = stores.by_id(message.store_id or "")
    key = stores.key(store.id, message.facts["key_id"])
    if key.revoked_at or key.exposed_at is None:
        raise NotFound("This key is revoked.")
    words = "EEEE d MMMM, HH:mm"
    return {
        "key": key,
        "store": store,
        "twin": _test(store),
        "at": format_datetime(key.exposed_at, words, ZoneInfo(store.timezone), "en"),
        "link": f"{settings().public_url}/console/developers/secret_keys",
    }


def _to_person(message: mail.Message) -> dict[str, Any]:
    person = stores.person(message.facts["person_id"])
    if person is None:
        raise NotFound("This person is gone.")
    store = stores.by_id(message.store_id) if message.store_id else None
    return {"person": person, "store": store}


def _with_token(message: mail.Message) -> dict[str, Any]:
    token = unseal(message.facts["sealed_token"])
    link = f"{settings().public_url}/reset?token={token}"
    return {**_to_person(message), "link": link, "secrets": (token,)}


def _leaves(order: orders.Order, store: stores.Store) -> str | None:
    if order.lead_time_days is None or order.paid_at is None:
        return None
    zone = ZoneInfo(store.timezone)
    day = (order.paid_at.astimezone(zone) + timedelta(days=order.lead_time_days)).date()
    return str(format_date(day, "EEEE d MMMM", locale="en"))


def _test(store: stores.Store) -> bool:
    return store.mode is stores.Mode.TEST


ABOUT = {
    **quote_mails.ABOUT,
    **stock_mails.ABOUT,
    **settlement_mails.ABOUT,
    "orders/received": _to_customer,
    "orders/shipped": _to_customer,
    "orders/refunded": _with_refund,
    "orders/cancelled": _with_refund,
    "orders/new": _to_merchant,
    "orders/disputed": _disputed,
    "orders/refund_failed": _failed_refund,
    "webhooks/failing": _of_endpoint,
    "webhooks/disabled": _of_endpoint,
    "stores/welcome": _to_person,
    "stores/known": _with_token,
    "stores/password_reset": _with_token,
    "stores/key_exposed": _of_key,
}
