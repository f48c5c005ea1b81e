"""The views of this face, imported for their routes."""

from synqro.web.site import demo, docs, files, health, landing, login, media, reset, signup  # noqa: F401
