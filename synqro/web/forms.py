"""What a person typed into a form, and what is wrong with it, for the page that shows it again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from synqro.core.errors import DomainError


@dataclass(frozen=True)
class Form:
    """The values of a form's fields, and the sentence that belongs to each wrong one."""

    values: Mapping[str, Any]
    wrong: Mapping[str, str] = field(default_factory=dict)
    message: str = ""

    @classmethod
    def again(cls, typed: Mapping[str, Any], refused: DomainError) -> Self:
        """Give back the form as it was typed, with the reasons of the refusal at its fields."""
        fields: Any = refused.facts.get("fields") or []
        return cls(typed, {f["field"]: f["message"] for f in fields}, str(refused))

    def value(self, name: str) -> str:
        found = self.values.get(name)
        return "" if found is None or found is False else str(found)

    def error(self, name: str) -> str | None:
        return self.wrong.get(name)
