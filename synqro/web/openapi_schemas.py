"""The models of the wire as the schemas of the OpenAPI document."""

import re
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema
from pydantic_core.core_schema import DataclassField, ModelField, TypedDictField

from synqro.web.problems import ProblemOut

Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]
Models = Iterable[tuple[type[BaseModel], Mode]]
Names = dict[Any, str]
PLACE = "#/components/schemas/"
OWNERS = {"catalogue": "product"}
LIST = re.compile("^ListOut_(.+?)(?:Out)?_$")


class Generator(GenerateJsonSchema):
    """Everything that an answer can hold is in it; names are enough, so there are no titles."""

    def field_is_required(
        self, field: ModelField | DataclassField | TypedDictField, total: bool
    ) -> bool:
        return self.mode == "serialization" or super().field_is_required(field, total)

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schemas(models: Models) -> tuple[Names, Schema]:
    """Give back the name of each model's schema, and the schemas of all that they need."""
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [*models, (ProblemOut, "validation")]
    places, found = models_json_schema(
        wanted, ref_template=PLACE + "{model}", schema_generator=Generator
    )
    defined: Schema = found["$defs"]
    names = _names(defined)
    named = {names[old]: _plain(_renamed(schema, names)) for old, schema in defined.items()}
    where = {key: names[ref["$ref"].removeprefix(PLACE)] for key, ref in places.items()}
    return where, dict(sorted(named.items()))


def refers_to(name: str) -> Schema:
    return {"$ref": PLACE + name}


def resolved(schema: Schema, defined: Schema) -> Schema:
    """Give back what a schema says, or what it refers to says."""
    while "$ref" in schema:
        schema = defined[schema["$ref"].removeprefix(PLACE)]
    return schema


def reachable(parts: Any, defined: Schema) -> Schema:
    """Give back those schemas that `parts` refer to, and those that they refer to."""
    found: set[str] = set()
    waiting = _references(parts)
    while waiting:
        found |= waiting
        waiting = _references([defined[name] for name in waiting]) - found
    return {name: schema for name, schema in defined.items() if name in found}


def _references(part: Any) -> set[str]:
    if isinstance(part, list):
        return {name for item in part for name in _references(item)}
    if not isinstance(part, dict):
        return set()
    here = part.get("$ref", "")
    ours = {here.removeprefix(PLACE)} if here.startswith(PLACE) else set[str]()
    return ours.union(*map(_references, part.values())) if part else ours


def _names(defined: Schema) -> dict[str, str]:
    names: dict[str, str] = {}
    for old in sorted(defined, key=lambda name: ("-" in name, name)):
        new = _public(old)
        # Told apart by the way it goes only, which makes no difference to most.
        twin = next((names[n] for n in names if "-" in old and defined[n] == defined[old]), None)
        names[old] = twin or (old if new in names.values() else new)
    return names


def _public(name: str) -> str:
    """Give back the model's own name; where there are several, whose it is stands before."""
    if found := LIST.match(name):
        return f"{found[1].rpartition('__')[2]}List"
    *where, last = name.split("__")
    if not where or where[1:3] == ["web", "api"]:
        return last
    owner = where[2] if where[1] == "web" else OWNERS.get(where[1], where[1].removesuffix("s"))
    return owner.title() + last


def _renamed(part: Any, names: dict[str, str]) -> Any:
    if isinstance(part, list):
        return [_renamed(item, names) for item in part]
    if not isinstance(part, dict):
        return part
    return {
        key: PLACE + names[value.removeprefix(PLACE)] if key == "$ref" else _renamed(value, names)
        for key, value in part.items()
    }


def _plain(schema: Schema) -> Schema:
    # That an absent field is null says nothing, and of one that takes no null it is not true.
    for field in schema.get("properties", {}).values():
        if field.get("default", "") is None:
            del field["default"]
    return {key: value for key, value in schema.items() if key != "title"}
