"""What happens to a payout: gathered or asked for, sent, paid, reconciled, failed, reversed."""

from collections.abc import Callable

from synqro.sandbox.stripe.account_objects import v1_account
from synqro.sandbox.stripe.accounts import reach
from synqro.sandbox.stripe.balance import book
from synqro.sandbox.stripe.books import Books, Json, Kept
from synqro.sandbox.stripe.currencies import check_step, step, written
from synqro.sandbox.stripe.events import tell
from synqro.sandbox.stripe.naming import new_id
from synqro.sandbox.stripe.paydays import next_time
from synqro.sandbox.stripe.payout_objects import FAILURES, new_bank_account, new_payout
from synqro.sandbox.stripe.refusals import Refused
from synqro.sandbox.stripe.switches import read_switches

UNDER_WAY = ("pending", "in_transit")
INSTANT_RATE = 100  # an instant payout costs the hundredth part of it
RECONCILE = "reconcile"


def payday(books: Books, day: Kept) -> None:
    """Pay out what an account has in one currency; put it off while the account may not."""
    account = books.find("account", day.account)
    automatic = read_switches(books)["payouts"]["automatic"]
    ready = account and v1_account(account.body)["payouts_enabled"] and not account.body["gone"]
    day.due = None if automatic and ready else next_time(books, books.real)
    books.keep(day)
    if account and not day.due:
        pay_out(books, account, day.body["currency"])


def pay_out(books: Books, account: Kept, currency: str) -> Kept | None:
    """Pay out everything available of one currency; None where nothing would be left of it."""
    fee: int = read_switches(books)["payouts"]["fee"]
    amount = books.balances(account.id).get(("available", currency), 0) - fee
    if amount <= 0:
        return None
    payout = _begin(books, account, {"amount": amount, "currency": currency}, fee, automatic=True)
    books.gather(account.id, currency, payout.id)
    return payout


def request(books: Books, account: Kept, asked: Json) -> Kept:
    """Pay out what a merchant asks for by hand. Raises Refused as Stripe does."""
    amount, currency = asked["amount"], asked["currency"]
    check_step(amount, currency, "amount")
    if not v1_account(account.body)["payouts_enabled"]:
        raise Refused("Payouts are not enabled for this account.", code="payouts_not_allowed")
    bank = bank_account(books, account, currency)
    if asked.get("destination", bank.id) != bank.id:
        say = f"No such external account: '{asked['destination']}'"
        raise Refused(say, code="resource_missing", param="destination")
    fee = _instant_fee(amount, currency) if asked.get("method") == "instant" else 0
    left = books.balances(account.id).get(("available", currency), 0)
    if amount + fee > left:
        raise Refused(
            "You have insufficient funds in your Stripe account for this transfer. "
            f"Your available balance is {written(left, currency)}.",
            code="balance_insufficient",
        )
    return _begin(books, account, asked, fee, automatic=False)


def time_passes(books: Books, payout: Kept) -> None:
    """Do what is next for a payout."""
    (_, act), *payout.inside["plan"] = payout.inside["plan"]
    _wait(payout)
    books.keep(payout)
    ACTS[act](books, payout)


def pay(books: Books, payout: Kept) -> Kept:
    """Let a payout arrive."""
    _check_under_way(payout)
    _drop(payout, "send", "pay")
    trace = {"status": "supported", "value": new_id("", 15)[1:].upper()}
    _change(books, payout, status="paid", trace_id=trace)
    tell(books, payout.account, "payout.paid", payout.body)
    return payout


def fail(books: Books, payout: Kept, code: str | None = None) -> Kept:
    """Let the bank send a payout back, even after it was paid: its money is available again.

    The reason is what was settled when it began, where `code` names none.
    """
    if not may_fail(payout.body):
        state = "reversed" if payout.body["reversed_by"] else payout.body["status"]
        raise Refused(f"This payout cannot fail: it is {state} already.")
    code = code or str(payout.inside["failure_code"])
    _give_back(
        books, payout, "payout_failure", status="failed",
        failure_code=code, failure_message=FAILURES[code],
    )  # fmt: skip
    tell(books, payout.account, "payout.failed", payout.body)
    return payout


def may_fail(payout: Json) -> bool:
    """Tell whether the bank can still send a payout back."""
    return payout["status"] in (*UNDER_WAY, "paid") and not payout["reversed_by"]


def cancel(books: Books, payout: Kept) -> Kept:
    """Call a manual payout off that the bank has not heard of yet."""
    if payout.body["automatic"]:
        raise Refused("You cannot cancel automatic payouts.")
    if payout.body["status"] != "pending":
        raise Refused(f"Payouts that are {payout.body['status']} cannot be canceled.")
    _give_back(books, payout, "payout_cancel", status="canceled")
    tell(books, payout.account, "payout.canceled", payout.body)
    return payout


def reverse(books: Books, payout: Kept, metadata: Json) -> Kept:
    """Take the money of a payout back from the bank, which is a payout of its own."""
    body = payout.body
    if body["status"] not in ("in_transit", "paid") or body["original_payout"]:
        raise Refused(f"This payout cannot be reversed: its status is {body['status']}.")
    if body["reversed_by"]:
        raise Refused("This payout was reversed already.")
    asked = {
        "amount": -body["amount"],
        "currency": body["currency"],
        "metadata": metadata,
        "original_payout": payout.id,
    }
    back = _begin(books, reach(books, payout.account), asked, 0, automatic=False)
    _drop(payout, "fail")
    _change(books, payout, reversed_by=back.id)
    return back


def reconcile(books: Books, payout: Kept) -> Kept:
    """Make known which rows an automatic payout holds."""
    if payout.body["reconciliation_status"] != "in_progress":
        raise Refused("There is nothing to reconcile in this payout.")
    _drop(payout, RECONCILE)
    payout.body["reconciliation_status"] = "completed"
    books.keep(payout)
    tell(books, payout.account, "payout.reconciliation_completed", payout.body)
    return payout


def bank_account(books: Books, account: Kept, currency: str) -> Kept:
    """Give back where the money of one currency goes."""
    known = books.newest("bank_account", account.id, currency=currency)
    if known:
        return known[0]
    body = new_bank_account(account.body, currency)
    return books.keep(Kept(body["id"], account.id, "bank_account", body))


def _begin(books: Books, account: Kept, asked: Json, fee: int, *, automatic: bool) -> Kept:
    how = read_switches(books)["payouts"]
    body = new_payout(
        asked, automatic=automatic, created=books.second,
        arrives=books.second + how["arrives_after"],
        bank=bank_account(books, account, asked["currency"]).id,
    )  # fmt: skip
    inside = {"plan": _plan(books, how, automatic), "failure_code": how["failure_code"]}
    payout = Kept(body["id"], account.id, "payout", body, inside)
    row = book(
        books, payout, -asked["amount"], kind="payout", category="payout", say="STRIPE PAYOUT",
        fee=fee, called="Payout fee", wait=0,
    )  # fmt: skip
    body["balance_transaction"] = row.id
    _wait(payout)
    books.keep(payout)
    tell(books, payout.account, "payout.created", payout.body)
    return payout


def _plan(books: Books, how: Json, automatic: bool) -> list[tuple[float, str]]:
    """Give back what will happen to a payout, and when, in that order."""
    arrives = books.moment + how["arrives_after"]
    fails = how["ends"] == "failed"
    plan = [
        (min(books.moment + how["leaves_after"], arrives), "send"),
        (arrives, "fail" if fails else "pay"),
    ]
    if automatic:
        plan.append((books.moment + how["reconciles_after"], RECONCILE))
    if how["fails_after"] is not None and not fails:
        plan.append((arrives + how["fails_after"], "fail"))
    return sorted(plan, key=lambda step: step[0])


def _send(books: Books, payout: Kept) -> None:
    if payout.body["status"] == "pending":
        _change(books, payout, status="in_transit")


def _give_back(books: Books, payout: Kept, kind: str, **fields: object) -> None:
    row = book(
        books, payout, payout.body["amount"], kind=kind, category="payout_reversal",
        say=kind.replace("_", " ").upper(), wait=0,
    )  # fmt: skip
    _drop(payout, "send", "pay", "fail")
    trace = {"status": "unsupported", "value": None}
    _change(books, payout, failure_balance_transaction=row.id, trace_id=trace, **fields)


def _change(books: Books, payout: Kept, **fields: object) -> None:
    before = {name: payout.body[name] for name in fields}
    payout.body.update(fields)
    books.keep(payout)
    tell(books, payout.account, "payout.updated", payout.body, before)


def _drop(payout: Kept, *acts: str) -> None:
    payout.inside["plan"] = [step for step in payout.inside["plan"] if step[1] not in acts]
    _wait(payout)


def _wait(payout: Kept) -> None:
    plan = payout.inside["plan"]
    payout.due = plan[0][0] if plan else None


def _check_under_way(payout: Kept) -> None:
    if payout.body["status"] not in UNDER_WAY:
        raise Refused(f"This payout is {payout.body['status']} already.")


def _instant_fee(amount: int, currency: str) -> int:
    steps = amount // step(currency)
    return max((steps + INSTANT_RATE // 2) // INSTANT_RATE, 1) * step(currency)


ACTS: dict[str, Callable[[Books, Kept], object]] = {
    "send": _send,
    "pay": pay,
    "fail": fail,
    RECONCILE: reconcile,
}
