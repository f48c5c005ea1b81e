"""The views of this face, imported for their routes."""

from synqro.web.site import (  # noqa: F401
    demo,
    docs,
    files,
    health,
    landing,
    login,
    media,
    reference,
    reset,
    signup,
)
