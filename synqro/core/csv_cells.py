"""The cells of a table that spreadsheets open, guarded against being taken for formulas. Pure."""

import re

GUARDED = re.compile(r"'*[=+\-@\t\r]")
FORMULA = re.compile(r'="([^"]*)"')


def guard(text: str) -> str:
    """Give back a cell that no spreadsheet takes for a formula; `unguard` takes that back."""
    return f"'{text}" if GUARDED.match(text) else text


def unguard(text: str) -> str:
    """Give back what a cell says, without a guard, or out of ="…", which keeps leading zeros."""
    if text.startswith("'") and GUARDED.match(text):
        return text[1:]
    formula = FORMULA.fullmatch(text)
    return formula[1] if formula else text
