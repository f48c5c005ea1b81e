"""The views of this face, imported for their routes."""

from synqro.web.site import media  # noqa: F401
