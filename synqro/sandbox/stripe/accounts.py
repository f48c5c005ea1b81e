"""Connected accounts: what the sandbox knows of each, and whether it can be reached."""

from synqro.sandbox.stripe.account_objects import bare_account, v1_account
from synqro.sandbox.stripe.books import PLATFORM, Books, Kept
from synqro.sandbox.stripe.events import tell, tell_thin
from synqro.sandbox.stripe.naming import new_id
from synqro.sandbox.stripe.refusals import no_access

CAPABILITY_CHANGED = "v2.core.account[configuration.merchant].capability_status_updated"
CLOSED = "v2.core.account.closed"


def new_account(books: Books, **facts: object) -> Kept:
    """Keep a new account; `facts` replace what a bare one begins with."""
    account = new_id("acct", 16)
    bare = bare_account(account, books.second)
    return books.keep(Kept(account, PLATFORM, "account", bare | facts))


def reach(books: Books, account: str) -> Kept:
    """Give back an account that is connected now, or refuse as Stripe does."""
    found = books.find("account", account)
    if found is None or found.body["gone"]:
        raise no_access(account)
    return found


def can_charge(books: Books, account: str) -> bool:
    """Tell whether money may be taken for this account; for the platform's own it may."""
    return account == PLATFORM or _active(reach(books, account))


def change(books: Books, account: Kept, **facts: object) -> Kept:
    """Change what is known of an account, and tell of it what the outside can see."""
    before = v1_account(account.body)
    status = account.body["status"]
    account.body.update(facts)
    books.keep(account)
    after = v1_account(account.body)
    if after != before:
        replaced = {key: before[key] for key in before if before[key] != after[key]}
        tell(books, account.id, "account.updated", after, replaced)
    if account.body["status"] != status:
        tell_thin(books, account.id, CAPABILITY_CHANGED)
    return account


def close(books: Books, account: Kept) -> Kept:
    """Close an account for good."""
    account.body["gone"] = "closed"
    books.keep(account)
    tell_thin(books, account.id, CLOSED)
    return account


def disconnect(books: Books, account: Kept, client_id: str) -> Kept:
    """Take the platform's access away; the account itself lives on."""
    account.body["gone"] = "disconnected"
    books.keep(account)
    application = {"id": client_id, "object": "application", "name": "Synqro"}
    tell(books, account.id, "account.application.deauthorized", application)
    return account


def _active(account: Kept) -> bool:
    return bool(account.body["requested"] and account.body["status"] == "active")
