"""The views of this face, imported for their routes."""

from synqro.web.api import events

__all__ = ["events"]
