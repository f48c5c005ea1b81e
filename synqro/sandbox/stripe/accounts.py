"""Connected accounts: what the sandbox knows of each, and whether it can be reached."""

from synqro.sandbox.stripe.account_objects import bare_account, v1_account, wanted
from synqro.sandbox.stripe.books import PLATFORM, Books, Kept
from synqro.sandbox.stripe.events import tell, tell_thin
from synqro.sandbox.stripe.naming import new_id
from synqro.sandbox.stripe.refusals import Refused, no_access

CAPABILITY_CHANGED = "v2.core.account[configuration.merchant].capability_status_updated"
REQUIREMENTS_CHANGED = "v2.core.account[requirements].updated"
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
    status, missing = account.body["status"], wanted(account.body)
    account.body.update(facts)
    books.keep(account)
    after = v1_account(account.body)
    if after != before:
        replaced = {key: before[key] for key in before if before[key] != after[key]}
        tell(books, account.id, "account.updated", after, replaced)
    if account.body["status"] != status:
        tell_thin(books, account.id, CAPABILITY_CHANGED)
    if wanted(account.body) != missing:
        tell_thin(books, account.id, REQUIREMENTS_CHANGED)
    return account


def restrict(books: Books, account: Kept) -> Kept:
    """Stop an account from taking money until more is handed in."""
    if account.body["status"] != "active":
        raise Refused("This account takes no money as it is.")
    return change(books, account, status="restricted")


def lift(books: Books, account: Kept) -> Kept:
    """Let a restricted account take money again."""
    if account.body["status"] != "restricted" or not account.body["submitted"]:
        raise Refused("This account has no restriction that could be lifted.")
    return change(books, account, status="active")


def close(books: Books, account: Kept) -> Kept:
    """Close an account for good."""
    tell_thin(books, account.id, CLOSED)
    account.body["gone"] = "closed"
    books.keep(account)
    return account


def disconnect(books: Books, account: Kept, client_id: str) -> Kept:
    """Take the platform's access away; the account itself lives on."""
    application = {"id": client_id, "object": "application", "name": "Synqro"}
    tell(books, account.id, "account.application.deauthorized", application)
    account.body["gone"] = "disconnected"
    books.keep(account)
    return account


def _active(account: Kept) -> bool:
    return bool(account.body["requested"] and account.body["status"] == "active")
