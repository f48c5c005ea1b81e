"""Prints every order that changed since a moment; needs call.py beside it."""

import sys
from urllib.parse import urlencode

from call import call


def changed(since):
    """Give back the orders changed since `since`, the longest unchanged first."""
    cursor = None
    while True:
        asked = {"order": "updated_at", "updated_after": since, "limit": 100}
        page = call("GET", "/orders?" + urlencode(asked | ({"cursor": cursor} if cursor else {})))
        yield from page["data"]
        if not page["has_more"]:
            return
        cursor = page["next_cursor"]


for order in changed(sys.argv[1]):
    print(order["number"], order["status"], order["total"], order["currency"])
