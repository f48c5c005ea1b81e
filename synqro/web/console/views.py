"""The views of this face, imported for their routes."""

from synqro.web.console import account, home, mode, navigation  # noqa: F401
