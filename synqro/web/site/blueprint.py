"""The blueprint of the pages around."""

from flask import Blueprint, abort, request

from synqro.web import sessions

bp = Blueprint("site", __name__)


@bp.before_request
def refuse_foreign_writes() -> None:
    """Let no other page sign somebody in or out; a caller that is no browser may."""
    if request.method not in {"GET", "HEAD", "OPTIONS"} and sessions.foreign():
        abort(403)
