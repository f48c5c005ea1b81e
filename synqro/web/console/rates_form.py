"""Rates as a form: what was typed, row by row, and what a store's rates fill it with."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

from synqro import costing
from synqro.core.money import Money

PLAIN = (
    "labour_rate", "labour_seconds", "setup", "packing", "failure_bp", "margin_kind", "margin_bp",
    "minimum", "rounding", "fee_bp", "fee_fixed", "seen", "seen_offered", "back",
)  # fmt: skip
ROWS = {
    "materials": ("name", "colors", "density", "price_per_kg", "waste_bp", "was"),
    "machines": (
        "id", "name", "process", "rate", "build_volume_mm.0", "build_volume_mm.1",
        "build_volume_mm.2", "wall", "infill_bp", "start_seconds",
    ),
    "breaks": ("quantity", "margin_bp"),
    "rush": ("days", "surcharge_bp"),
}  # fmt: skip
SPEED = ("volume", "area")
MOST = {"materials": 30, "machines": 20, "breaks": 20, "rush": 20}
MOST_READ = 60  # of a kind; that it is too many is the room's to say
Row = dict[str, str]


@dataclass
class Draft:
    """`plain` and `rows` hold texts by the names of Rates; a machine's row also has a speed
    for each row of materials, as speeds.0.volume. `gone` is the row removed last.
    """

    plain: dict[str, str]
    rows: dict[str, list[Row]]
    gone: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def typed(cls, form: Mapping[str, str]) -> Self:
        """Give back what a browser sent; what no field of ours is called is left out."""
        draft = cls({name: form[name] for name in PLAIN if name in form}, {})
        for name, parts in ROWS.items():
            found: list[Row] = draft.rows.setdefault(name, [])
            more = draft.speeds if name == "machines" else []
            while len(found) < MOST_READ and any(f"{name}.{len(found)}.{p}" in form for p in parts):
                here = f"{name}.{len(found)}."
                found.append({part: form.get(here + part, "") for part in (*parts, *more)})
        draft.gone = _gone(form.get("gone", ""))
        return draft

    @classmethod
    def of(cls, rates: costing.Rates, offered: Iterable[Mapping[str, Any]]) -> Self:
        """Give back the form that rates fill, one row for each material that is offered."""
        known = {material.name.casefold(): material for material in rates.materials}
        materials = [
            _material(one, known.get(one["name"].casefold()), rates.currency) for one in offered
        ]
        names = [row["name"].casefold() for row in materials]
        return cls(
            _plain(rates),
            {
                "materials": materials,
                "machines": [machine_row(one, names, rates.currency) for one in rates.machines],
                "breaks": [
                    {"quantity": str(b.quantity), "margin_bp": written(b.margin_bp, 2)}
                    for b in rates.breaks
                ],
                "rush": [
                    {"days": str(r.days), "surcharge_bp": written(r.surcharge_bp, 2)}
                    for r in rates.rush
                ],
            },
        )

    @property
    def speeds(self) -> list[str]:
        """The names of a machine's speeds, two for each material."""
        return [
            f"speeds.{at}.{part}" for at in range(len(self.rows["materials"])) for part in SPEED
        ]

    @property
    def values(self) -> dict[str, str]:
        """Every field by its name on the page."""
        rows = {
            f"{name}.{at}.{part}": value
            for name, found in self.rows.items()
            for at, row in enumerate(found)
            for part, value in row.items()
        }
        return {**self.plain, **rows}

    def add(self, name: str, row: Row | None = None) -> None:
        """Put a row at the end, `row` or an empty one."""
        if len(self.rows[name]) >= MOST[name]:
            return
        more = self.speeds if name == "machines" else []
        self.rows[name].append({**dict.fromkeys((*ROWS[name], *more), ""), **(row or {})})
        if name == "materials":
            self._fill_speeds()
        self.gone = {}

    def remove(self, name: str, at: int) -> None:
        """Take a row out, kept for the undo; with a material go the speeds with it."""
        if not 0 <= at < len(self.rows[name]):
            return
        row, speeds = self.rows[name].pop(at), []
        if name == "materials":
            speeds = [self._without_speed(machine, at) for machine in self.rows["machines"]]
        self.gone = {"name": name, "at": at, "row": row, "speeds": speeds}

    def undo(self) -> tuple[str, int] | None:
        """Put the row back that was removed last; give back where it stands."""
        if not self.gone or len(self.rows[self.gone["name"]]) >= MOST[self.gone["name"]]:
            return None
        gone, self.gone = self.gone, {}
        name, row = gone["name"], gone["row"]
        at = min(gone["at"], len(self.rows[name]))
        parts = (*ROWS[name], *(self.speeds if name == "machines" else ()))
        self.rows[name].insert(at, {part: str(row.get(part, "")) for part in parts})
        if name == "materials":
            speeds = [*gone["speeds"], *({} for _machine in self.rows["machines"])]
            for machine, speed in zip(self.rows["machines"], speeds, strict=False):
                _shift(machine, at, {part: str(speed.get(part, "")) for part in SPEED})
        return name, at

    def _without_speed(self, machine: Row, at: int) -> Row:
        taken = {part: machine.pop(f"speeds.{at}.{part}", "") for part in SPEED}
        for behind in range(at, len(self.rows["materials"])):
            for part in SPEED:
                machine[f"speeds.{behind}.{part}"] = machine.pop(f"speeds.{behind + 1}.{part}", "")
        return taken

    def _fill_speeds(self) -> None:
        for machine in self.rows["machines"]:
            for name in self.speeds:
                machine.setdefault(name, "")


def machine_row(machine: costing.Machine, names: Sequence[str], currency: str) -> Row:
    """Give back the row a machine fills; `names` are those of the materials, case folded."""
    row = {
        "id": machine.id,
        "name": machine.name,
        "process": machine.process.value,
        "rate": major(machine.rate, currency),
        "wall": written(machine.wall, 3),
        "infill_bp": written(machine.infill_bp, 2),
        "start_seconds": minutes(machine.start_seconds),
    }
    for at, side in enumerate(machine.build_volume_mm or ("", "", "")):
        row[f"build_volume_mm.{at}"] = str(side)
    speeds = {speed.material.casefold(): speed for speed in machine.speeds}
    for at, name in enumerate(names):
        speed = speeds.get(name)
        row[f"speeds.{at}.volume"] = written(speed.volume, 3) if speed else ""
        row[f"speeds.{at}.area"] = written(speed.area, 2) if speed and speed.area else ""
    return row


def written(number: int, places: int) -> str:
    """Write thousandths (3 places) or hundredths (2) as a person does: 1240 is 1.24."""
    return f"{Decimal(number).scaleb(-places).normalize():f}"


def minutes(seconds: int) -> str:
    return f"{round(Decimal(seconds) / 60, 2).normalize():f}"


def major(amount: int, currency: str) -> str:
    return str(Money(amount, currency).major)


def _material(offered: Mapping[str, Any], found: costing.Material | None, currency: str) -> Row:
    row = {"name": offered["name"], "was": offered["name"], "colors": ", ".join(offered["colors"])}
    if not found:
        return {**row, "density": "", "price_per_kg": "", "waste_bp": ""}
    return {
        **row,
        "density": written(found.density, 3),
        "price_per_kg": major(found.price_per_kg, currency),
        "waste_bp": written(found.waste_bp, 2),
    }


def _plain(rates: costing.Rates) -> dict[str, str]:
    amounts = ("labour_rate", "setup", "packing", "minimum")
    return {
        **{name: major(getattr(rates, name), rates.currency) for name in amounts},
        "labour_seconds": minutes(rates.labour_seconds),
        "failure_bp": written(rates.failure_bp, 2),
        "margin_kind": rates.margin_kind.value,
        "margin_bp": written(rates.margin_bp, 2),
        "rounding": rates.rounding.value,
        "fee_bp": "" if rates.fee_bp is None else written(rates.fee_bp, 2),
        "fee_fixed": "" if rates.fee_fixed is None else major(rates.fee_fixed, rates.currency),
    }


def _gone(text: str) -> dict[str, Any]:
    """Give back the hidden field's row; anything but what we wrote there counts as none."""
    try:
        found = json.loads(text)
        name, at, speeds = str(found["name"]), int(found["at"]), found["speeds"]
        row, taken = dict(found["row"]), [dict(speed) for speed in speeds]
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
        return {}
    return {"name": name, "at": at, "row": row, "speeds": taken} if name in ROWS and at >= 0 else {}


def _shift(machine: Row, at: int, speed: Row) -> None:
    """Make room for the speed of a material that was put back among the others."""
    count = sum(name.endswith(".volume") for name in machine)
    for behind in range(count, at, -1):
        for part in SPEED:
            machine[f"speeds.{behind}.{part}"] = machine.get(f"speeds.{behind - 1}.{part}", "")
    machine |= {f"speeds.{at}.{part}": value for part, value in speed.items()}
