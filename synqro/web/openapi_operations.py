"""One operation of the OpenAPI document, from its declaration, its docstring and its face."""

import re
from inspect import cleandoc

from synqro.web import openapi_fields as shop
from synqro.web import openapi_refusals as refusals
from synqro.web.contract import Operation, View
from synqro.web.openapi_filling import filled
from synqro.web.openapi_schemas import Names, Schema, refers_to, resolved

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
BEARER = "secretKey"
PUBLISHABLE: list[Schema] = [{"publishableKey": []}, {"publishableKeyInHeader": []}]
TAGS = {
    "store": ("Store", "The shop's own settings."),
    "products": ("Products", "What the shop sells: texts, variants, prices, stock and pictures."),
    "listings": ("Listings", "A variant offered on a marketplace; the storefront is one."),
    "orders": ("Orders", "What was bought, and what becomes of it."),
    "quotes": ("Quotes", "Custom jobs: what customers asked for, and what it costs."),
    "repricer": ("Repricer", "Rules for prices, what they would change, and what they changed."),
    "agents": ("Agents", "The automations of the shop, and what came of each run."),
    "settlements": ("Settlements", "What was paid out, and what each payout is made of."),
    "webhooks": ("Webhooks", "Endpoints that are told of events, and what came of telling them."),
    "events": ("Events", "What happened, for thirty days."),
    "openapi.json": ("Document", "This document."),
    "config": ("Storefront shop", "The shop's public face, for a page of your own."),
    "order": ("Storefront orders", "Orders from a page, by the customer."),
    "upload": ("Storefront uploads", "Files that customers send along."),
    "quote": ("Storefront quotes", "Quotes from a page, by the customer."),
}
TAGS["products of storefront"] = TAGS["config"]
DONE = {200: "Done.", 201: "It was made.", 202: "It was taken, and is under way."}
HEADERS: dict[str, Schema] = {
    "X-Request-Id": {
        "description": "Names this request in our log.",
        "schema": {"type": "string", "examples": [refusals.REQUEST_ID]},
    },
    "RateLimit-Limit": {
        "description": "How many requests this caller has in a window.",
        "schema": {"type": "integer"},
    },
    "RateLimit-Remaining": {
        "description": "How many of them are left.",
        "schema": {"type": "integer"},
    },
    "RateLimit-Reset": {
        "description": "Seconds until all of them are there again.",
        "schema": {"type": "integer"},
    },
    "Retry-After": {
        "description": "Seconds to wait before the next try.",
        "schema": {"type": "integer"},
    },
    "Idempotent-Replayed": {
        "description": "`true` where this is the answer that the same Idempotency-Key got before.",
        "schema": {"type": "string", "const": "true"},
    },
    "WWW-Authenticate": {
        "description": "How to say who is calling: with a bearer token, the secret key.",
        "schema": {"type": "string", "const": "Bearer"},
    },
    "ETag": {
        "description": "Names this version; send it back as If-None-Match.",
        "schema": {"type": "string"},
    },
}
PARAMETERS: dict[str, Schema] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The same key and the same bytes again get the first answer again, for"
        " 24 hours.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag of the version that is there already: 304 if it is the newest.",
        "schema": {"type": "string"},
    },
}
NOT_KEPT = {401, 403, 429}


def described(
    *,
    endpoint: str,
    method: str,
    rule: str,
    view: View,
    operation: Operation,
    names: Names,
    schemas: Schema,
) -> Schema:
    """Give back what the document says of one method of one path."""
    words = _words(view, operation, endpoint)
    return {
        "tags": [tag(rule)],
        "operationId": _operation_id(endpoint),
        **words,
        "security": security(endpoint, operation.scope),
        **({"x-scope": operation.scope} if operation.scope else {}),
        **_parameters(endpoint, method, rule, operation, names, schemas),
        **_body(operation, names, schemas),
        "responses": answers(endpoint, method, operation, names, schemas),
    }


def path_of(rule: str) -> str:
    return ARGUMENT.sub(r"{\1}", rule)


def tag(rule: str) -> str:
    """Give back which part of the document a path belongs to."""
    face, _, rest = rule.removeprefix("/v1/").partition("/api/storefront/")
    first = (rest or face).split("/")[0]
    return TAGS["products of storefront" if rest and first == "products" else first][0]


def security(endpoint: str, scope: str | None) -> list[Schema]:
    """Give back which keys open an endpoint: one of the list, or none where it is empty."""
    refused = refusals.of_face(endpoint, "GET")
    if not any(error.code == "missing_key" for error in refused):
        return []
    return [{BEARER: [scope] if scope else []}] if endpoint.startswith("api.") else PUBLISHABLE


def answers(
    endpoint: str, method: str, operation: Operation, names: Names, schemas: Schema
) -> Schema:
    """Give back all that an operation can answer, by status."""
    schema = refers_to(names[operation.out, "serialization"])
    content: Schema = {"schema": schema, "example": filled(schema, schemas)}
    found: Schema = {
        str(operation.status): {
            "description": DONE[operation.status],
            "content": {"application/json": content},
        }
    }
    if operation.cached:
        found["304"] = {"description": "The version that you have is the newest."}
    refused = refusals.answers((*operation.refusals, *refusals.of_face(endpoint, method)))
    found |= {str(status): refusals.answer(status, codes) for status, codes in refused.items()}
    for status, answer in found.items():
        answer["headers"] = _headers(endpoint, method, int(status), operation.cached)
    return dict(sorted(found.items()))


def _operation_id(endpoint: str) -> str:
    face, _, name = endpoint.partition(".")
    return name if face == "api" else f"{face}_{name}"


def _words(view: View, operation: Operation, endpoint: str) -> Schema:
    summary, _, more = cleandoc(view.__doc__ or "").partition("\n")
    said = [" ".join(part.split()) for part in more.strip().split("\n\n") if part]
    needs = [f"Needs the scope `{operation.scope}`."] if operation.scope else []
    if rate := refusals.limit(endpoint):
        needs.append(f"At most {rate.replace(' per ', ' a ')}.")
    said += [" ".join(needs)] if needs else []
    return {"summary": summary, **({"description": "\n\n".join(said)} if said else {})}


def _parameters(
    endpoint: str,
    method: str,
    rule: str,
    operation: Operation,
    names: Names,
    schemas: Schema,
) -> Schema:
    found = [in_path(name) for name in ARGUMENT.findall(rule)]
    if operation.query:
        found += _in_query(names[operation.query, "validation"], schemas)
    if refusals.repeatable(endpoint, method):
        found.append({"$ref": "#/components/parameters/IdempotencyKey"})
    if operation.cached:
        found.append({"$ref": "#/components/parameters/IfNoneMatch"})
    return {"parameters": found} if found else {}


def in_path(name: str) -> Schema:
    """Give back the parameter that stands in a path, by the name of the view's argument."""
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": f"The {name.removesuffix('_id').replace('_', ' ')}'s id."
        if name.endswith("_id")
        else f"The {name}.",
        "schema": {"type": "string", "minLength": 1},
        "example": shop.FIELDS.get(name, "…"),
    }


def _in_query(model: str, schemas: Schema) -> list[Schema]:
    schema = schemas[model]
    needed = schema.get("required", [])
    return [
        _parameter(name, field, name in needed, schemas)
        for name, field in schema.get("properties", {}).items()
    ]


def _parameter(name: str, field: Schema, required: bool, schemas: Schema) -> Schema:
    schema = _without_null(field)
    description = schema.pop("description", None) or shop.PARAMETERS.get(name)
    found = {"name": name, "in": "query", "required": required, "schema": schema}
    if description:
        found["description"] = description
    if name in shop.FIELDS and "enum" not in resolved(schema, schemas):
        found["example"] = shop.FIELDS[name]
    return found


def _without_null(field: Schema) -> Schema:
    """What cannot be sent in a query is not offered there."""
    kinds = [one for one in field.get("anyOf", []) if one != {"type": "null"}]
    rest = {key: value for key, value in field.items() if key != "anyOf"}
    if rest.get("default", "") is None:
        del rest["default"]
    if not kinds:
        return rest
    return {**kinds[0], **rest} if len(kinds) == 1 else {"anyOf": kinds, **rest}


def _body(operation: Operation, names: Names, schemas: Schema) -> Schema:
    if not (model := operation.body or operation.form):
        return {}
    schema = refers_to(names[model, "validation"])
    content: Schema = {"schema": schema}
    if operation.body:
        content["example"] = filled(schema, schemas)
    media = "multipart/form-data" if operation.form else "application/json"
    needed = bool(resolved(schema, schemas).get("required"))
    return {"requestBody": {"required": needed, "content": {media: content}}}


def _headers(endpoint: str, method: str, status: int, cached: bool) -> Schema:
    names = ["X-Request-Id"]
    if refusals.limit(endpoint):
        names += ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"]
    if status in {409, 429, 503}:
        names.append("Retry-After")
    if refusals.repeatable(endpoint, method) and status < 500 and status not in NOT_KEPT:
        names.append("Idempotent-Replayed")
    if status == 401 and endpoint.startswith("api."):
        names.append("WWW-Authenticate")
    if cached and status in {200, 304}:
        names.append("ETag")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
