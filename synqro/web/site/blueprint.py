"""The blueprint of the pages around."""

from typing import Any

from flask import Blueprint, abort, request

from synqro.web import sessions

bp = Blueprint("site", __name__)
MOST_BYTES = 64 * 1024


@bp.url_value_preprocessor
def limit_body(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Refuse a form that no person types, before anything reads it."""
    request.max_content_length = MOST_BYTES


@bp.before_request
def refuse_foreign_writes() -> None:
    """Let no other page sign somebody in or out; a caller that is no browser may."""
    if request.method not in {"GET", "HEAD", "OPTIONS"} and sessions.foreign():
        abort(403)
