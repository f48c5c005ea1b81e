"""/console/developers/secret_keys: what lets programs into /v1; each key is shown once."""

from flask import render_template

from synqro.web.console.blueprint import bp


@bp.get("/developers/secret_keys")
def list_secret_keys() -> str:
    return render_template("console/developers/secret_keys.html")
