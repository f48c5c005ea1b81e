"""The OpenAPI document as a person reads it: parts, operations, fields, and what to type."""

import json
import re
import shlex
from collections.abc import Iterator
from typing import Any, NamedTuple

from synqro.web.openapi_schemas import PLACE, Schema, resolved

DEEPEST = 4
KEYS = {
    "secretKey": "Authorization: Bearer sk_test_YOUR_KEY",
    "publishableKeyInHeader": "X-Synqro-Store: sf_test_YOUR_KEY",
}
FILES = "multipart/form-data"


class Field(NamedTuple):
    """`path` is where it stands, as in items[].quantity."""

    path: str
    type: str
    required: bool
    meaning: str


class Refusal(NamedTuple):
    status: str
    code: str
    meaning: str


class Told(NamedTuple):
    """One operation. `answers` are those that are no refusals: status, words, schema's name."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    scope: str | None
    parameters: list[Schema]
    fields: list[Field]
    curl: str
    answers: list[tuple[str, str, str]]
    example: str
    refusals: list[Refusal]


class Part(NamedTuple):
    slug: str
    name: str
    words: str
    operations: list[Told]
    models: dict[str, tuple[str, list[Field]]]


class Reader:
    """Reads one document."""

    def __init__(self, document: Schema) -> None:
        self.document = document
        self.schemas: Schema = document["components"]["schemas"]
        self.base: str = document["servers"][0]["url"]

    def parts(self) -> list[Part]:
        """Give back the parts in the document's order, with all that stands in them."""
        told: dict[str, list[Told]] = {}
        for kind in ("paths", "webhooks"):
            for path, methods in self.document[kind].items():
                for method, operation in methods.items():
                    told.setdefault(operation["tags"][0], []).append(
                        self._told(path, method, operation, kind == "webhooks")
                    )
        return [
            Part(
                slug(tag["name"]), tag["name"], tag["description"],
                told[tag["name"]], self._models(told[tag["name"]]),
            )
            for tag in self.document["tags"]
        ]  # fmt: skip

    def fields(self, schema: Schema) -> list[Field]:
        """Give back the fields of an object, those within it after it."""
        return list(self._fields(schema, "", 0))

    def _told(self, path: str, method: str, operation: Schema, event: bool) -> Told:
        responses = {s: self._resolved(r) for s, r in operation["responses"].items()}
        media, content = self._body(operation)
        example = next((self._shown(r) for r in responses.values() if self._shown(r)), "")
        return Told(
            operation["operationId"],
            method.upper(),
            path,
            operation["summary"],
            operation.get("description", ""),
            operation.get("x-scope"),
            [self._parameter(given) for given in operation.get("parameters", [])],
            self.fields(content["schema"]) if content else [],
            "" if event else self._curl(path, method, operation, media, content),
            [
                (status, response["description"], self._model(response))
                for status, response in responses.items()
                if status < "400" or event
            ],
            pretty(content["example"]) if event else example,
            [] if event else list(self._refusals(responses)),
        )

    def _resolved(self, part: Schema) -> Schema:
        found: Any = part
        if "$ref" in part:
            found = self.document
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step]
        return dict(found)

    def _parameter(self, given: Schema) -> Schema:
        parameter = self._resolved(given)
        return {**parameter, "type": self._type(parameter["schema"])}

    def _body(self, operation: Schema) -> tuple[str, Schema]:
        for media, content in operation.get("requestBody", {}).get("content", {}).items():
            return media, content
        return "", {}

    def _shown(self, response: Schema) -> str:
        content = response.get("content", {}).get("application/json", {})
        return pretty(content["example"]) if "example" in content else ""

    def _model(self, response: Schema) -> str:
        content = response.get("content", {}).get("application/json", {})
        name = str(content.get("schema", {}).get("$ref", "")).removeprefix(PLACE)
        return "" if name == "ProblemOut" else name

    def _refusals(self, responses: Schema) -> Iterator[Refusal]:
        for status, response in responses.items():
            shown = response.get("content", {}).get("application/json", {}).get("examples", {})
            for code, example in shown.items():
                yield Refusal(status, code, self._resolved(example)["summary"])

    def _models(self, told: list[Told]) -> dict[str, tuple[str, list[Field]]]:
        names = dict.fromkeys(model for one in told for _, _, model in one.answers if model)
        return {
            name: (self.schemas[name].get("description", ""), self.fields(self.schemas[name]))
            for name in names
            if self.schemas[name].get("properties")
        }

    def _fields(self, schema: Schema, before: str, depth: int) -> Iterator[Field]:
        schema = resolved(schema, self.schemas)
        needed = schema.get("required", [])
        for name, field in schema.get("properties", {}).items():
            own = resolved(field, self.schemas)
            meaning = field.get("description") or own.get("description", "")
            yield Field(before + name, self._type(field), name in needed, meaning)
            for inner, mark in self._inner(field) if depth < DEEPEST else ():
                yield from self._fields(inner, f"{before}{name}{mark}.", depth + 1)

    def _inner(self, field: Schema) -> list[tuple[Schema, str]]:
        """Give back the objects in a field or in its list, and what marks the way there."""
        for one in field.get("anyOf", [field]):
            own = resolved(one, self.schemas)
            if own.get("type") == "array":
                return [(inner, "[]" + mark) for inner, mark in self._inner(own["items"])]
            if "oneOf" in own:
                return [found for each in own["oneOf"] for found in self._inner(each)]
            if own.get("properties"):
                return [(own, "")]
        return []

    def _type(self, field: Schema) -> str:
        own = resolved(field, self.schemas)
        if several := own.get("anyOf") or own.get("oneOf"):
            return " or ".join(dict.fromkeys(self._type(one) for one in several))
        if "const" in own:
            return json.dumps(own["const"])
        if "enum" in own:
            return " | ".join(map(str, own["enum"]))
        kind = own.get("type", "any")
        if isinstance(kind, list):
            return " or ".join(kind)
        if kind == "array":
            return f"list of {self._type(own.get('items', {}))}"
        return f"{kind} ({own['format']})" if "format" in own else str(kind)

    def _curl(self, path: str, method: str, told: Schema, media: str, content: Schema) -> str:
        parameters = [self._resolved(given) for given in told.get("parameters", [])]
        words = [f"curl {_way(method)}{shlex.quote(self.base + _filled(path, parameters))}"]
        opened = [KEYS[name] for one in told["security"] for name in one if name in KEYS]
        headers = opened[:1] + [
            f"{given['name']}: {_value(given)}"
            for given in parameters
            if given["in"] == "header" and given["name"] != "If-None-Match"
        ]
        if media and media != FILES:
            headers.append(f"Content-Type: {media}")
        words += [f'-H "{header}"' for header in headers]
        if media == FILES:
            names = [f.path for f in self.fields(content["schema"]) if f.required] or ["file"]
            words += [f"-F {name}=@part.stl" for name in names]
        elif "example" in content:
            words.append("-d " + shlex.quote(pretty(content["example"])))
        elif media:
            words.append("--data-binary @part.stl")
        return " \\\n  ".join(words)


def slug(name: str) -> str:
    return re.sub("[^a-z]+", "-", name.lower())


def pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _way(method: str) -> str:
    return {"get": "", "head": "-I "}.get(method, f"-X {method.upper()} ")


def _value(given: Schema) -> Any:
    schema = given["schema"]
    known = [given.get("example"), schema.get("const"), *schema.get("enum", [])]
    known += schema.get("examples", [])
    return next((value for value in known if value is not None), "…")


def _filled(path: str, parameters: list[Schema]) -> str:
    for given in parameters:
        if given["in"] == "path":
            path = path.replace(f"{{{given['name']}}}", str(_value(given)))
    asked = [f"{g['name']}={_value(g)}" for g in parameters if g["in"] == "query" and g["required"]]
    return path + ("?" + "&".join(asked) if asked else "")
