"""An example for every schema, from what its author gave, else from the names of its fields."""

from typing import Any

from synqro.web import openapi_fields as shop
from synqro.web.openapi_schemas import Schema, resolved
from synqro.web.openapi_wholes import WHOLE

KINDS = {
    "string": str, "integer": int, "number": int | float, "boolean": bool, "null": type(None),
    "object": dict, "array": list,
}  # fmt: skip
PLAIN = {
    "string": "…", "integer": 1, "number": 24.99, "boolean": True, "null": None,
}  # fmt: skip


def filled(schema: Schema, defined: Schema, owner: str = "", field: str = "") -> Any:
    """Give back a value that `schema` accepts.

    `owner` names the schema that it is a `field` of.
    """
    if "$ref" in schema:
        owner, field = schema["$ref"].rpartition("/")[2], ""
        if owner in WHOLE:
            return WHOLE[owner]
        schema = resolved(schema, defined)
    if "const" in schema:
        return schema["const"]
    own = f"{owner.removeprefix('Storefront')}.{field}"
    if own not in shop.FIELDS and (found := schema.get("examples")):
        return found[0]
    for name in (own, field):
        if name in shop.FIELDS and _fits(shop.FIELDS[name], schema, defined):
            return shop.FIELDS[name]
    if choices := schema.get("enum"):
        return choices[0]
    return _by_type(schema, defined, owner, field)


def _by_type(schema: Schema, defined: Schema, owner: str, field: str) -> Any:
    for many in ("anyOf", "oneOf", "allOf"):
        if many in schema:
            return filled(schema[many][0], defined, owner, field)
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return _object(schema, defined, owner)
    if kind == "array":
        items = schema.get("items") or {}
        return [filled(items, defined, owner, field)] if schema.get("minItems") or items else []
    if "minimum" in schema:
        return schema["minimum"]
    return schema.get("default") or PLAIN[kind]


def _object(schema: Schema, defined: Schema, owner: str) -> Schema:
    properties = schema.get("properties", {})
    needed = schema.get("required", [])
    shown = needed or [name for name in properties if name in shop.FIELDS][:2]
    made = {name: filled(properties[name], defined, owner, name) for name in shown}
    return made | ({"id": shop.IDS[kind]} if (kind := made.get("object")) in shop.IDS else {})


def _fits(value: Any, schema: Schema, defined: Schema) -> bool:
    schema = resolved(schema, defined)
    for many in ("anyOf", "oneOf"):
        if many in schema:
            return any(_fits(value, one, defined) for one in schema[many])
    if "enum" in schema:
        return value in schema["enum"]
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    return any(isinstance(value, KINDS[kind]) for kind in kinds)
