"""The views of this face, imported for their routes."""

from synqro.web.site import demo, files, health, landing, login, media, reset, signup  # noqa: F401
