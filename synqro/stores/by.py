"""Who does something to a shop."""

from dataclasses import dataclass


@dataclass(frozen=True)
class By:
    """A person in the console, a program by its secret key, or nobody: Synqro itself."""

    person_id: str | None = None
    key_id: str | None = None


NOBODY = By()
