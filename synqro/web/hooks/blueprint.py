"""The blueprint of the hooks."""

from flask import Blueprint

bp = Blueprint("hooks", __name__, url_prefix="/hooks")
