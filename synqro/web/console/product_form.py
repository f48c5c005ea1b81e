"""A product as a form: what was typed, the rows its options make, the fields they mean."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from synqro import catalogue
from synqro.core.money import Money
from synqro.core.typed import Unread, read_amount, read_whole
from synqro.web.mistakes import MOST

PLAIN = (
    "title", "description", "tags", "id", "price", "sku", "stock", "was", "counted", "cost",
    "version",
)  # fmt: skip
NUMBERS = ("lead_time_days", "max_quantity", "low_stock_threshold")
ROW = ("id", "offered", "price", "sku", "stock", "was")
Wrong = dict[str, str]


@dataclass
class Draft:
    """`values` by field name; `built` are the options whose combinations the rows stand for."""

    values: dict[str, str]
    options: int
    built: list[dict[str, Any]]

    @classmethod
    def blank(cls) -> Self:
        return cls({"counted": "yes", "max_quantity": "99"}, 0, [])

    @classmethod
    def typed(cls, form: Mapping[str, str]) -> Self:
        """Give back what a browser sent; what no field of ours is called is left out."""
        values = {name: form[name] for name in (*PLAIN, *NUMBERS) if name in form}
        options = 0
        while options < catalogue.MOST_OPTIONS and f"options.{options}.name" in form:
            for part in ("name", "values"):
                name = f"options.{options}.{part}"
                values[name] = form.get(name, "")
            options += 1
        built = _built(form.get("built", ""))
        for at in range(len(catalogue.combinations(built)) if built else 0):
            names = (f"variants.{at}.{part}" for part in ROW)
            values |= {name: form[name] for name in names if name in form}
        return cls(values, options, built)

    @classmethod
    def of(cls, product: catalogue.Product) -> Self:
        """Give back the form that a stored product fills."""
        first = product.variants[0] if product.variants else None
        counted = any(variant.stock is not None for variant in product.variants)
        draft = cls(
            {
                "title": product.title,
                "description": product.description,
                "tags": ", ".join(product.tags),
                "counted": "yes" if counted else "no",
                "cost": _amount(product.cost, product.currency),
                "version": str(product.version),
                **{name: _word(getattr(product, name)) for name in NUMBERS},
            },
            len(product.options),
            product.options,
        )
        for at, option in enumerate(product.options):
            draft.values[f"options.{at}.name"] = option["name"]
            draft.values[f"options.{at}.values"] = "\n".join(option["values"])
        if not product.options and first:
            draft.values |= _row("", first, product.currency)
        stored = {catalogue.same(variant.options): variant for variant in product.variants}
        for at, combination in enumerate(draft.combinations):
            if variant := stored.get(catalogue.same(combination)):
                draft.values |= _row(f"variants.{at}.", variant, product.currency)
        return draft

    @property
    def combinations(self) -> list[dict[str, str]]:
        """What each row of variants stands for."""
        return catalogue.combinations(self.built) if self.built else []

    @property
    def wanted(self) -> list[dict[str, Any]]:
        """The options as they are typed now; wholly empty ones are none."""
        found = []
        for at in range(self.options):
            lines = self.values[f"options.{at}.values"].splitlines()
            values = [line.strip() for line in lines if line.strip()]
            name = self.values[f"options.{at}.name"].strip()
            if name or values:
                found.append({"name": name, "values": values})
        return found

    def add_option(self) -> None:
        if self.options < catalogue.MOST_OPTIONS:
            self.values |= {f"options.{self.options}.{part}": "" for part in ("name", "values")}
            self.options += 1

    def remove_option(self, gone: int) -> None:
        """Take one option out; those behind it move up."""
        for at in range(gone, self.options):
            for part in ("name", "values"):
                behind = self.values.pop(f"options.{at + 1}.{part}", "")
                self.values[f"options.{at}.{part}"] = behind
        self.options = max(0, self.options - 1)

    def rebuild(self) -> None:
        """Make the rows those of the options typed now; a combination that stays keeps its row."""
        wanted = self.wanted
        if any(catalogue.wrong_options(wanted)):
            return
        renamed = _renamed(self.built, wanted)
        kept = {
            catalogue.same(_translated(combination, renamed)): self._taken(f"variants.{at}.")
            for at, combination in enumerate(self.combinations)
        }
        first = next(iter(kept.values()), self._taken(""))
        self.built = wanted
        for at, combination in enumerate(self.combinations):
            fresh = {"offered": "1", "price": first.get("price", "")}
            row = kept.get(catalogue.same(combination), fresh)
            self.values |= {f"variants.{at}.{part}": value for part, value in row.items()}
        if not wanted:
            self.values |= {part: v for part, v in first.items() if part in ("price", "sku")}

    @property
    def stale(self) -> bool:
        """Whether the rows are those of other options than the ones typed now."""
        return self.wanted != self.built

    def fields(self, currency: str) -> tuple[catalogue.Fields, list[Wrong]]:
        """Give back what the form means, and what in it cannot be read at all."""
        unread: list[Wrong] = []
        read = Reader(self.values, unread, currency)
        fields = catalogue.Fields(
            title=self.values.get("title"),
            description=self.values.get("description"),
            tags=self.values.get("tags", "").split(","),
            lead_time_days=read.whole("lead_time_days"),
            max_quantity=read.whole("max_quantity", 99) or 0,
            low_stock_threshold=read.whole("low_stock_threshold"),
            options=self.wanted,
        )
        if "cost" in self.values:
            fields["cost"] = read.amount("cost")
        counted = self.values.get("counted") != "no"
        if self.built:
            rows = [(f"variants.{at}.", c) for at, c in enumerate(self.combinations)]
            fields["variants"] = [
                {**read.row(path, counted), "options": combination}
                for path, combination in rows
                if self.values.get(f"{path}offered")
            ]
        else:
            plain = read.row("", counted)
            if counted and not self.values.get("stock", "").strip():
                say = "Enter how many there are, or choose made to order."
                unread.append({"field": "stock", "code": "required", "message": say})
            fields["variants"] = [{**plain, "options": {}}]
        return fields, unread[:MOST]

    def at_its_row(self, field: str) -> str:
        """Give back the form's name for the room's field, which does not count rows left out."""
        head, *rest = field.split(".")
        if head != "variants" or not rest:
            return field
        if not self.built:
            return rest[-1]
        offered = [
            at for at in range(len(self.combinations)) if self.values.get(f"variants.{at}.offered")
        ]
        return ".".join(("variants", str(offered[int(rest[0])]), *rest[1:]))

    def _taken(self, path: str) -> dict[str, str]:
        return {
            part: self.values.pop(path + part) if path else self.values[path + part]
            for part in ROW
            if path + part in self.values
        }


@dataclass
class Reader:
    """Reads typed numbers; what is none is kept in `unread` under its name."""

    values: Mapping[str, str]
    unread: list[Wrong]
    currency: str

    def whole(self, name: str, otherwise: int | None = None) -> int | None:
        found = self._tried(name, read_whole)
        return otherwise if found is None else found

    def amount(self, name: str) -> int | None:
        return self._tried(name, lambda text: read_amount(text, self.currency))

    def row(self, path: str, counted: bool) -> catalogue.VariantFields:
        """Give back a variant's fields; a stock that nobody touched is left as it is by now."""
        row = catalogue.VariantFields(
            price=self.amount(f"{path}price"), sku=self.values.get(f"{path}sku")
        )
        if self.values.get(f"{path}id"):
            row["id"] = self.values[f"{path}id"]
        stock = self.values.get(f"{path}stock", "").strip()
        if not counted:
            row["stock"] = None
        elif stock != self.values.get(f"{path}was") or "id" not in row:
            row["stock"] = self.whole(f"{path}stock")
        return row

    def _tried(self, name: str, read: Any) -> int | None:
        try:
            found: int | None = read(self.values.get(name, ""))
            return found
        except Unread as error:
            self.unread.append({"field": name, "code": error.code, "message": str(error)})
            return None


def said(fields: catalogue.Fields, product: catalogue.Product) -> catalogue.Fields:
    """Leave out the prices that nobody touched: one that is said is charged, repriced or not."""
    stored = {variant.id: variant.price for variant in product.variants}
    for row in fields["variants"]:
        if row.get("price") == stored.get(row.get("id", "")):
            del row["price"]
    return fields


def _row(path: str, variant: catalogue.Variant, currency: str) -> dict[str, str]:
    return {
        f"{path}id": variant.id,
        f"{path}offered": "1",
        f"{path}price": _amount(variant.price, currency),
        f"{path}sku": variant.sku or "",
        f"{path}stock": _word(variant.stock),
        f"{path}was": _word(variant.stock),
    }


def _amount(amount: int | None, currency: str) -> str:
    return "" if amount is None else str(Money(amount, currency).major)


def _word(number: int | None) -> str:
    return "" if number is None else str(number)


def _built(text: str) -> list[dict[str, Any]]:
    """Give back the hidden field's options; anything but what we wrote there counts as none."""
    try:
        found = json.loads(text)
        options = [
            {"name": str(option["name"]), "values": [str(value) for value in option["values"]]}
            for option in found
        ]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []
    few = len(options) <= catalogue.MOST_OPTIONS
    return options if few and 0 < catalogue.how_many(options) <= catalogue.MOST_VARIANTS else []


def _renamed(
    old: list[dict[str, Any]], new: list[dict[str, Any]]
) -> dict[str, tuple[str, dict[str, str]]]:
    """Say which options and values only got another name: as many as before, in their places."""
    if len(old) != len(new):
        return {}
    return {
        before["name"]: (after["name"], dict(_pairs(before["values"], after["values"])))
        for before, after in zip(old, new, strict=True)
    }


def _pairs(before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    gone = [value for value in before if value not in after]
    come = [value for value in after if value not in before]
    if len(gone) == len(come):
        yield from zip(gone, come, strict=True)


def _translated(
    combination: dict[str, str], renamed: dict[str, tuple[str, dict[str, str]]]
) -> dict[str, str]:
    found = {}
    for name, value in combination.items():
        new, values = renamed.get(name, (name, {}))
        found[new] = values.get(value, value)
    return found
