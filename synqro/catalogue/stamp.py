"""What tells whether the first page of the shelf has changed, as one column."""

from typing import Any

from sqlalchemy import CTE, ColumnElement, ScalarSelect, String, cast, func, literal_column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from synqro.catalogue.models import Image, Product, Status, Variant

PAGE = 25
_variant = Variant.__table__.c
_offered = _variant.active & _variant.shelf_price.is_not(None)
NOTHING, COLON, BAR = (literal_column(f"'{text}'", String) for text in ("", ":", "|"))


class listed(FunctionElement[str]):
    """All values of a text column in one text. Takes no parameters, for it runs often."""

    inherit_cache = True
    type = String()


@compiles(listed)
def _string_agg(element: listed, compiler: SQLCompiler, **kw: Any) -> str:
    return f"string_agg({compiler.process(element.clauses, **kw)}, ',')"


@compiles(listed, "sqlite")
def _group_concat(element: listed, compiler: SQLCompiler, **kw: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **kw)})"


def shelf_stamp(store_id: ScalarSelect[Any]) -> ColumnElement[Any]:
    """Give back a column that changes with whatever `shelf` shows on a first page of PAGE."""
    page = _page(store_id)
    of_page = select(page.c.id)
    image = Image.__table__.c
    price = _variant.shelf_price
    variants = _words(_variant.id, _variant.position, price, _variant.stock, _variant.held)
    images = _words(image.id, image.position, image.digest, image.alt)
    shown = _variant.product_id.in_(of_page) & _offered
    return (
        _listed(select(listed(_words(page.c.id, page.c.version))))
        + _listed(select(listed(variants)).where(shown))
        + _listed(select(listed(images)).where(image.product_id.in_(of_page)))
    )


def _page(store_id: ScalarSelect[Any]) -> CTE:
    table = Product.__table__.c
    some = select(_variant.id).where(_variant.product_id == table.id, _offered).exists()
    active = table.status == literal_column(f"'{Status.ACTIVE}'")
    shown = (table.store_id == store_id) & active & some
    ids = select(table.id, table.version).where(shown).order_by(table.position, table.id)
    return ids.limit(PAGE + 1).cte("page")


def _listed(texts: Any) -> ColumnElement[Any]:
    return func.coalesce(texts.scalar_subquery(), NOTHING) + BAR


def _words(first: ColumnElement[Any], *rest: ColumnElement[Any]) -> ColumnElement[Any]:
    words: ColumnElement[Any] = cast(first, String)
    for column in rest:
        words = words + COLON + func.coalesce(cast(column, String), NOTHING)
    return words
