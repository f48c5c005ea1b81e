"""What the dashboard page asks of the API: payments, disputes, and the account itself."""

from collections.abc import Callable

from synqro.sandbox.stripe import accounts, disputing, payout_hands
from synqro.sandbox.stripe.account_objects import WANTED, wanted
from synqro.sandbox.stripe.books import PLATFORM, Books, Json, Kept
from synqro.sandbox.stripe.calls import Call, Endpoint
from synqro.sandbox.stripe.currencies import major, moment, parsed, written
from synqro.sandbox.stripe.dispute_objects import REASONS
from synqro.sandbox.stripe.listing import require
from synqro.sandbox.stripe.params import Group, OneOf, Text, Whole
from synqro.sandbox.stripe.refunding import refund, refundable
from synqro.sandbox.stripe.refusals import Refused, missing

APPLICATION = "ca_sandbox"
PAGE = 20
ACCOUNT_ACTS: dict[str, Callable[[Books, Kept], Kept]] = {
    "restrict": accounts.restrict,
    "lift": accounts.lift,
    "deauthorize": lambda books, account: accounts.disconnect(books, account, APPLICATION),
    "close": accounts.close,
}
DISPUTE_ACTS: dict[str, Callable[[Books, Kept], Kept]] = {
    "win": disputing.win,
    "lose": disputing.lose,
    "close": disputing.close,
    "escalate": disputing.escalate,
}
REFUND = Group({"amount": Whole(least=1), "typed": Text(most=100, empty=True)})
DISPUTE = Group({"kind": OneOf(("chargeback", "inquiry")), "reason": OneOf(REASONS)})


def list_accounts(call: Call) -> Json:
    return {"accounts": [_account(kept) for kept in call.books.newest("account", PLATFORM)]}


def show_account(call: Call) -> Json:
    """Give back an account: balance, payouts, and a page of its payments, the newest first."""
    account, books = _find(call, "account"), call.books
    after = call.params.get("after")
    if after:
        require(books, "charge", after, account.id, named="charge", at="after")
    charges, more = books.page("charge", account.id, {}, PAGE, after=after)
    return {
        "account": _account(account),
        "balance": payout_hands.balance_rows(books, account.id),
        "payouts": payout_hands.payout_rows(books, account.id),
        "payments": [_payment(books, charge) for charge in charges],
        "older": charges[-1].id if more else None,
    }


def act_on_account(call: Call) -> Json:
    """Do what a button says about the account itself."""
    account = _find(call, "account")
    act = ACCOUNT_ACTS.get(call.ids["action"])
    if act is None:
        raise Refused("Invalid action.", param="action")
    if account.body["gone"]:
        raise Refused("This account is not connected any more.")
    return _account(act(call.books, account))


def refund_charge(call: Call) -> Json:
    """Refund as the merchant does in the dashboard: `amount`, or what was `typed`, or the rest."""
    charge = _find(call, "charge")
    amount = call.params.get("amount")
    if "typed" in call.params:
        amount = parsed(call.params["typed"], charge.body["currency"])
    if amount is not None and amount < 1:
        raise Refused("Enter an amount above zero.", param="amount")
    asked = {"reason": "requested_by_customer"}
    return refund(call.books, charge, amount, asked).body


def dispute_charge(call: Call) -> Json:
    """Contest a payment as the customer's bank does; a chargeback unless `kind` says inquiry."""
    inquiry = call.params.get("kind") == "inquiry"
    reason = call.params.get("reason", "fraudulent")
    charge = _find(call, "charge")
    return disputing.dispute(call.books, charge, inquiry=inquiry, reason=reason).body


def act_on_dispute(call: Call) -> Json:
    """Let a dispute end, or an inquiry become a chargeback."""
    act = DISPUTE_ACTS.get(call.ids["action"])
    if act is None:
        raise Refused("Invalid action.", param="action")
    return act(call.books, _find(call, "dispute")).body


def _find(call: Call, kind: str) -> Kept:
    found = call.books.find(kind, call.ids[kind])
    if found is None:
        raise missing(kind, call.ids[kind], kind)
    return found


def _account(account: Kept) -> Json:
    body = account.body
    status = body["gone"] or ("active" if body["status"] == "active" else body["status"])
    return {
        "id": account.id,
        "name": body["name"],
        "status": status if body["requested"] else "restricted",
        "submitted": body["submitted"],
        "wanted": [WANTED[name] for name in wanted(body)],
    }


def _payment(books: Books, charge: Kept) -> Json:
    body = charge.body
    left, currency = refundable(books, charge), body["currency"]
    disputes = books.newest("dispute", charge.account, charge=charge.id)
    refunds = books.newest("refund", charge.account, charge=charge.id)
    return {
        "id": charge.id,
        "about": body["description"],
        "amount": written(body["amount"], currency),
        "currency": currency.upper(),
        "status": _status(body),
        "when": moment(body["created"]),
        "left": str(major(left, currency)) if left else None,
        "refunds": [
            {"amount": written(one.body["amount"], currency), "status": one.body["status"]}
            for one in refunds
        ],
        "disputes": [_dispute(one.body) for one in disputes],
        "disputable": _disputable(body, disputes),
    }


def _status(charge: Json) -> str:
    if charge["status"] != "succeeded" or not charge["amount_refunded"]:
        return str(charge["status"])
    return "refunded" if charge["refunded"] else "partly refunded"


def _dispute(body: Json) -> Json:
    return {
        "id": body["id"],
        "amount": written(body["amount"], body["currency"]),
        "inquiry": body["status"].startswith(disputing.INQUIRY),
        "open": body["status"].removeprefix(disputing.INQUIRY) in disputing.OPEN,
        "reason": body["reason"].replace("_", " "),
        "status": body["status"].removeprefix(disputing.INQUIRY).replace("_", " "),
        "answer_by": moment(body["evidence_details"]["due_by"]),
    }


def _disputable(charge: Json, disputes: list[Kept]) -> bool:
    free = all(one.body["status"] in disputing.FREE for one in disputes)
    return free and charge["status"] == "succeeded" and not charge["refunded"]


ENDPOINTS = (
    Endpoint("GET", "/_sandbox/accounts", Group(), list_accounts),
    Endpoint("GET", "/_sandbox/accounts/{account}", Group({"after": Text()}), show_account),
    Endpoint("POST", "/_sandbox/accounts/{account}/{action}", Group(), act_on_account),
    Endpoint("POST", "/_sandbox/charges/{charge}/refund", REFUND, refund_charge),
    Endpoint("POST", "/_sandbox/charges/{charge}/dispute", DISPUTE, dispute_charge),
    Endpoint("POST", "/_sandbox/disputes/{dispute}/{action}", Group(), act_on_dispute),
)
