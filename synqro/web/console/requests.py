"""/console/developers/requests: what programs asked of /v1, and what they were told."""

from flask import render_template

from synqro.web.console.blueprint import bp


@bp.get("/developers/requests")
def list_requests() -> str:
    return render_template("console/developers/requests.html")
