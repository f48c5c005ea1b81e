"""Numbers of pieces as spreadsheets write them. Pure."""

import re

WHOLE = re.compile(r"([+\-\u2212]?)([0-9]{1,15})(?:[.,]0{1,2})?")
GROUPED = re.compile(r"[+\-\u2212]?[0-9]{1,3}(?:[.,'\u2019\u00a0\u202f ][0-9]{3})+")
BROKEN = re.compile(r"[+\-\u2212]?[0-9]{0,15}[.,][0-9]{1,15}")
LONGEST_SAID = 24


class NotPieces(ValueError):
    """It is no number of pieces; the message says why, to the person whose file it is."""


def read_pieces(said: str) -> int:
    """Give back a whole number, which may be below 0; 12.0 and 12,00 are 12.

    Raises NotPieces, also for 1,000 and 1.000: in one country that is 1, in another 1000.
    """
    shown = said if len(said) <= LONGEST_SAID else f"{said[:LONGEST_SAID]}…"
    if found := WHOLE.fullmatch(said):
        return int(found[2]) * (-1 if found[1] in ("-", "\u2212") else 1)
    if GROUPED.fullmatch(said):
        plain = re.sub("[^0-9]", "", said)
        raise NotPieces(f"“{shown}” can be read in two ways. Write {plain} if you mean that.")
    if BROKEN.fullmatch(said):
        raise NotPieces(f"“{shown}” is no whole number of pieces.")
    raise NotPieces(f"“{shown}” is no number.")
