"""Books a payout into ledger.db, once: python3 book.py set_…; needs call.py beside it."""

import sqlite3
import sys
from decimal import Decimal
from urllib.parse import urlencode

from call import call

TABLES = """
CREATE TABLE IF NOT EXISTS payouts (id TEXT PRIMARY KEY, arrives_on TEXT, currency TEXT);
CREATE TABLE IF NOT EXISTS entries (payout_id TEXT, account TEXT, order_id TEXT, amount TEXT);
"""
ACCOUNTS = {"sale": "Sales", "refund": "Refunds", "dispute": "Disputes", "fee": "Fees"}


def book(settlement):
    """Write what a payout holds. Say whether it was new."""
    found = list(entries(settlement))  # asked for before the ledger is touched
    if sum(amount for _, _, amount in found):
        raise ValueError(f"{settlement['id']} does not add up")
    ledger = sqlite3.connect("ledger.db")
    ledger.executescript(TABLES)
    with ledger:  # all of it or nothing
        row = (settlement["id"], settlement["arrival_date"], settlement["currency"])
        new = ledger.execute("INSERT OR IGNORE INTO payouts VALUES (?, ?, ?)", row).rowcount
        rows = [(row[0], account, order, str(amount)) for account, order, amount in found if new]
        ledger.executemany("INSERT INTO entries VALUES (?, ?, ?, ?)", rows)
    ledger.close()
    return bool(new)


def entries(settlement):
    """Give back account, order and amount of each entry. Together they are 0."""
    totals, checked = settlement["totals"], settlement["reconciliation"]
    net, fee, open_ = map(exact, (totals["net"], totals["payout_fee"], checked["difference"]))
    if checked["status"] == "not_applicable":  # paid out by hand, so it has no lines
        open_ = net - fee
    yield "Bank", None, net
    yield "Fees", None, -fee
    yield "To be explained", None, -open_
    for line in lines(settlement["id"]):
        account = ACCOUNTS.get(line["type"], "Other")
        yield account, line["order_id"], -exact(line["gross"])
        yield "Fees", line["order_id"], -exact(line["fee"])


def lines(settlement_id):
    cursor = None
    while True:
        asked = {"limit": 100} | ({"cursor": cursor} if cursor else {})
        page = call("GET", f"/settlements/{settlement_id}/lines?" + urlencode(asked))
        yield from page["data"]
        if not page["has_more"]:
            return
        cursor = page["next_cursor"]


def exact(amount):
    return Decimal(str(amount))


if __name__ == "__main__":
    print("booked" if book(call("GET", f"/settlements/{sys.argv[1]}")) else "known")
