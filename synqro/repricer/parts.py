"""Objects that a rule is written in: fields with names, kinds, defaults and words."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from synqro.repricer.kinds import BAD, Kind, Schema, Wrongs

LONGEST_NAME = 100  # how much is said of the name of a field that there is none of
NOT_OBJECT = "Send a JSON object here."


@dataclass(frozen=True)
class Field:
    """`name` is the wire's. `attr` is what the value `make` calls it, where it is another name."""

    name: str
    kind: Kind
    words: str = ""
    attr: str = ""
    needed: bool = False
    default: Any = None

    @property
    def inside(self) -> str:
        return self.attr or self.name


@dataclass(frozen=True)
class Part(Kind):
    """An object. What is read of it are the values by their inner names, absent ones left out."""

    fields: tuple[Field, ...]
    make: type[Any] | None = None
    """What has the defaults of these fields, if any does."""
    words: str = ""

    def read(self, value: Any, at: str, wrongs: Wrongs) -> Any:
        if not isinstance(value, Mapping):
            return wrongs.say(at or "body", "not_an_object", NOT_OBJECT)
        known = {field.name for field in self.fields}
        for name in value:
            if name not in known:
                wrongs.say(_path(at, _plain(name)), "unknown_field", "There is no such field.")
        return self.read_known(value, at, wrongs)

    def read_known(self, value: Mapping[str, Any], at: str, wrongs: Wrongs) -> dict[str, Any]:
        """Read the fields, whatever else there is."""
        said: dict[str, Any] = {}
        for field in self.fields:
            given, path = value.get(field.name), _path(at, field.name)
            if given is None or (isinstance(given, str) and not given.strip()):
                if field.needed:
                    said[field.inside] = wrongs.needed(path)
            else:
                said[field.inside] = field.kind.read(given, path, wrongs)
        return said

    def write(self, value: Mapping[str, Any], currency: str) -> dict[str, Any]:
        """Give back JSON with the defaults filled in; what is not said has no field."""
        found: dict[str, Any] = {}
        for field in self.fields:
            default = self.default(field)
            inside = value.get(field.inside, default)
            empty = inside is None or inside in ([], ()) or (inside is default is False)
            if field.needed or not empty:
                found[field.name] = field.kind.write(inside, currency)
        return found

    def default(self, field: Field) -> Any:
        """Give back what an absent field means, None where it means nothing."""
        if self.make is None:
            return field.default
        found = next((own.default for own in fields(self.make) if own.name == field.inside), None)
        return None if found is MISSING else found

    def schema(self, *, shown: bool = False) -> Schema:
        return self.described({}, shown)

    def described(self, tag: Schema, shown: bool) -> Schema:
        """Give back the schema, with `tag` first among the properties and needed."""
        each = {field.name: self._field(field, shown) for field in self.fields}
        there = (f.name for f in self.fields if f.needed or (shown and self._given(f)))
        said: Schema = {
            "type": "object",
            "properties": tag | each,
            "required": [*tag, *there],
            "additionalProperties": False,
        }
        said |= {"description": self.words} if self.words else {}
        return {name: part for name, part in said.items() if part != []}

    def _given(self, field: Field) -> bool:
        """Say whether a default is filled in where a rule is shown."""
        return isinstance(self.default(field), str | int) and field.name != "all"

    def _field(self, field: Field, shown: bool) -> Schema:
        said = field.kind.schema(shown=shown)
        words = " ".join(filter(None, (field.words, said.get("description"))))
        said |= {"description": words} if words else {}
        if field.needed or shown:
            return said
        if self._given(field):
            said["default"] = field.kind.write(self.default(field), "")
        return _or_null(said)


@dataclass(frozen=True)
class OneOf(Kind):
    """One of several objects; `type` says which."""

    parts: Mapping[str, Part]
    words: str = ""

    def read(self, value: Any, at: str, wrongs: Wrongs) -> Any:
        if not isinstance(value, Mapping):
            return wrongs.say(at, "not_an_object", NOT_OBJECT)
        name = value.get("type")
        if name is None or name == "":
            return wrongs.needed(_path(at, "type"))
        if not isinstance(name, str) or name not in self.parts:
            words = ", ".join(f"'{one}'" for one in self.parts)
            return wrongs.say(_path(at, "type"), "not_a_choice", f"Choose one of {words}.")
        rest = {key: part for key, part in value.items() if key != "type"}
        said = self.parts[name].read(rest, at, wrongs)
        return BAD if said is BAD else {"type": name, **said}

    def write(self, value: Mapping[str, Any], currency: str) -> dict[str, Any]:
        name = str(value["type"])
        return {"type": name, **self.parts[name].write(value, currency)}

    def schema(self, *, shown: bool = False) -> Schema:
        each = [
            part.described({"type": _tag(name, part.words)}, shown)
            for name, part in self.parts.items()
        ]
        return {"oneOf": each} | ({"description": self.words} if self.words else {})


def _tag(name: str, words: str) -> Schema:
    about = {"description": words} if words else {}
    return {"const": str(name), "type": "string", **about}


def _or_null(said: Schema) -> Schema:
    about: Schema = {name: said.pop(name) for name in ("description", "default") if name in said}
    return {"anyOf": [said, {"type": "null"}], **about}


def _path(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _plain(name: Any) -> str:
    # Names of unknown fields are the sender's: they may be endless, or half a character.
    return str(name).encode("utf-8", "replace").decode()[:LONGEST_NAME]
