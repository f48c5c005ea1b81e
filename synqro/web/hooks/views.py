"""The views of this face, imported for their routes."""

from synqro.web.hooks import stripe

__all__ = ["stripe"]
