"""What the form of rates means, and what in it cannot be read or cannot be."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, TypeVar

from flask_babel import gettext as _
from pydantic_core import PydanticCustomError

from synqro import costing
from synqro.core.ids import new_id
from synqro.core.typed import Unread, read_amount, read_whole
from synqro.stores import Material, Store
from synqro.web.console.rates_form import SPEED, Draft, Row
from synqro.web.fields import clean
from synqro.web.mistakes import MOST

T = TypeVar("T")
Wrong = dict[str, str]

# A comma before three digits may be meant for thousands, so it is no decimal one.
NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,6}|,[0-9]{1,2})?")
AMOUNTS = ("labour_rate", "setup", "packing", "minimum")
NEW_IDS = ("fdm", "resin")  # those of the rates to begin with
MOST_BP = {costing.MarginKind.MARKUP: 100_000, costing.MarginKind.MARGIN: 9_999}


@dataclass
class Meant:
    """`offered` is what customers choose from; `wrong` names the fields as the page does."""

    rates: costing.Rates
    offered: list[Material]
    wrong: list[Wrong]


def meant(draft: Draft, store: Store, kept: costing.Rates | None) -> Meant:
    """Give back what was typed as rates, with all that is wrong with it.

    `kept` are the rates as they are saved: their rules for automatic prices stay.
    """
    read = Reader(draft.values, store.currency)
    rows = draft.rows["materials"]
    listed = [at for at, row in enumerate(rows) if any(_said(row, part) for part in row)]
    rated = [at for at in listed if _rated(draft, at)]
    offered = [read.offered(at) for at in listed]
    names = {at: one["name"] for at, one in zip(listed, offered, strict=True) if at in rated}
    known = {machine.id for machine in kept.machines} if kept else set()
    speeds = [[at for at in rated if _timed(row, at)] for row in draft.rows["machines"]]
    breaks = read.pairs("breaks", "quantity", "margin_bp", draft)
    rush = read.pairs("rush", "days", "surcharge_bp", draft)
    rates = costing.Rates(
        store.currency,
        tuple(read.material(at, names[at]) for at in rated),
        tuple(read.machines(draft, speeds, names, known)),
        breaks=tuple(costing.Break(*pair) for pair in breaks.values()),
        rush=tuple(costing.Rush(*pair) for pair in rush.values()),
        automatic=_automatic(kept, rows, names),
        **read.plain(),
    )
    places = {"materials": rated, "offered": listed, "breaks": [*breaks], "rush": [*rush]}
    wrong: dict[str, Wrong] = {}
    for each in (*read.wrong, *_placed(store, rates, offered, places, speeds)):
        wrong.setdefault(each["field"], each)
    return Meant(rates, offered, [*wrong.values()][:MOST])


@dataclass
class Reader:
    """Reads typed values; what cannot be read is kept in `wrong` under its name."""

    values: Mapping[str, str]
    currency: str
    wrong: list[Wrong] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        kind = self.choice("margin_kind", costing.MarginKind)
        return {
            **{name: self.amount(name) for name in AMOUNTS},
            "labour_seconds": self.seconds("labour_seconds"),
            "failure_bp": self.scaled("failure_bp", 2),
            "margin_kind": kind,
            # Where it cannot be read, nothing is said of those that have to be less.
            "margin_bp": self.scaled("margin_bp", 2, unread=MOST_BP[kind]),
            "rounding": self.choice("rounding", costing.Rounding),
            "fee_bp": self.scaled("fee_bp", 2) if self.said("fee_bp") else None,
            "fee_fixed": self.amount("fee_fixed") if self.said("fee_fixed") else None,
        }

    def offered(self, at: int) -> Material:
        colours = self.text(f"materials.{at}.colors").split(",")
        return {
            "name": self.text(f"materials.{at}.name"),
            "colors": [word.strip() for word in colours if word.strip()],
        }

    def material(self, at: int, name: str) -> costing.Material:
        here = f"materials.{at}."
        density, price = self.scaled(f"{here}density", 3), self.amount(f"{here}price_per_kg")
        return costing.Material(name, density, price, self.scaled(f"{here}waste_bp", 2))

    def machines(
        self, draft: Draft, speeds: Sequence[list[int]], names: Mapping[int, str], known: set[str]
    ) -> list[costing.Machine]:
        """Give back the machines; one with an id that nobody knows gets a fresh one."""
        free = {*known, *NEW_IDS}
        found = []
        for at, row in enumerate(draft.rows["machines"]):
            own = row["id"] if row["id"] in free else new_id("mch")
            free -= {own}
            here = f"machines.{at}.speeds."
            timed = tuple(self.speed(f"{here}{place}.", names[place]) for place in speeds[at])
            found.append(self.machine(f"machines.{at}.", own, timed))
        return found

    def machine(self, here: str, own: str, speeds: tuple[costing.Speed, ...]) -> costing.Machine:
        width, depth, height = (self.whole(f"{here}build_volume_mm.{side}") for side in range(3))
        return costing.Machine(
            own,
            self.text(f"{here}name"),
            self.choice(f"{here}process", costing.Process),
            self.amount(f"{here}rate"),
            (width, depth, height) if width or depth or height else None,
            self.scaled(f"{here}wall", 3),
            self.scaled(f"{here}infill_bp", 2),
            self.seconds(f"{here}start_seconds"),
            speeds,
        )

    def speed(self, here: str, material: str) -> costing.Speed:
        volume, area = self.scaled(f"{here}volume", 3), self.scaled(f"{here}area", 2)
        return costing.Speed(material, volume, area)

    def pairs(self, name: str, first: str, share: str, draft: Draft) -> dict[int, tuple[int, int]]:
        """Give back a number and a share by their row, in the order of the numbers."""
        found = {}
        for at, row in enumerate(draft.rows[name]):
            before = len(self.wrong)
            pair = (
                self.whole(f"{name}.{at}.{first}"),
                self.scaled(f"{name}.{at}.{share}", 2),
            )
            if any(map(str.strip, row.values())) and len(self.wrong) == before:
                found[at] = pair
        return dict(sorted(found.items(), key=lambda each: each[1][0]))

    def said(self, name: str) -> bool:
        return bool(self.values.get(name, "").strip())

    def text(self, name: str) -> str:
        return self._tried(name, _cleaned, "")

    def amount(self, name: str) -> int:
        return self._tried(name, lambda text: read_amount(text, self.currency) or 0, 0)

    def whole(self, name: str) -> int:
        return self._tried(name, lambda text: read_whole(text) or 0, 0)

    def scaled(self, name: str, places: int, *, unread: int = 0) -> int:
        """Read a number with so many decimals as a whole one: 1.24 with 3 is 1240."""
        return self._tried(name, lambda text: _scaled(text, places), unread)

    def seconds(self, name: str) -> int:
        return self._tried(name, lambda text: round(Decimal(_scaled(text, 2)) * 60 / 100), 0)

    def choice(self, name: str, kind: type[T]) -> T:
        """Give back one of a few words; the first one, and note it, for what is none of them."""
        words: list[T] = list(kind)  # type: ignore[call-overload]
        found = next((word for word in words if word == self.values.get(name)), None)
        if found is None:
            say = str(_("Choose one of the list."))
            self.wrong.append({"field": name, "code": "not_a_choice", "message": say})
        return found or words[0]

    def _tried(self, name: str, read: Callable[[str], T], otherwise: T) -> T:
        try:
            return read(self.values.get(name, "").strip())
        except Unread as error:
            self.wrong.append({"field": name, "code": error.code, "message": str(error)})
            return otherwise


def _said(row: Row, part: str) -> bool:
    return part != "was" and bool(row.get(part, "").strip())


def _rated(draft: Draft, at: int) -> bool:
    """Say whether anything but its name and colours is typed of a material."""
    row = draft.rows["materials"][at]
    facts = any(_said(row, part) for part in ("density", "price_per_kg", "waste_bp"))
    return facts or any(_timed(machine, at) for machine in draft.rows["machines"])


def _timed(machine: Row, at: int) -> bool:
    return any(machine.get(f"speeds.{at}.{part}", "").strip() for part in SPEED)


def _automatic(
    kept: costing.Rates | None, rows: Sequence[Row], names: Mapping[int, str]
) -> costing.Automatic:
    """Follow materials that were renamed; where none is left of those named, nothing goes out."""
    found = kept.automatic if kept else costing.Automatic()
    now = {rows[at]["was"].casefold(): name for at, name in names.items()}
    left = tuple(now[name.casefold()] for name in found.materials if name.casefold() in now)
    if found.materials and not left:
        return replace(found, materials=(), enabled=False)
    return replace(found, materials=left)


def _placed(
    store: Store,
    rates: costing.Rates,
    offered: Sequence[Material],
    places: Mapping[str, Sequence[int]],
    speeds: Sequence[Sequence[int]],
) -> list[Wrong]:
    """Name what the room finds wrong, each at its field of the page."""

    def at_its_field(name: str) -> str:
        head, *rest = name.split(".")
        if not rest:
            return head.replace("offered", "materials")
        at = int(rest[0])
        if head == "machines" and rest[1] == "speeds":
            return ".".join((head, rest[0], "speeds", str(speeds[at][int(rest[2])]), rest[3]))
        if head not in places:
            return name
        return ".".join((head.replace("offered", "materials"), str(places[head][at]), *rest[1:]))

    found = costing.wrong_to_save(store, rates, offered)
    # A material twice is said of its name; its speeds have no field that names it.
    return [
        {**each, "field": at_its_field(each["field"])}
        for each in found
        if not each["field"].endswith(".material") and not each["field"].startswith("automatic.")
    ]


def _cleaned(text: str) -> str:
    try:
        return clean(text)
    except PydanticCustomError as error:
        raise Unread(error.type, _("This holds characters that cannot be used here.")) from error


def _scaled(text: str, places: int) -> int:
    if not text:
        return 0
    if not NUMBER.fullmatch(text):
        raise Unread("not_a_number", _("Enter a number like 12 or 1.5."))
    number = Decimal(text.replace(",", ".")).scaleb(places)
    if number != number.to_integral_value():
        raise Unread("too_many_decimals", _("Use at most %(number)s decimals.", number=places))
    return int(number)
