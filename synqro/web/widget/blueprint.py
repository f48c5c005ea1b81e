"""The blueprint of the pages in the iframe."""

from flask import Blueprint

bp = Blueprint("widget", __name__, url_prefix="/s")
