"""The blueprint of the pages around."""

from flask import Blueprint

bp = Blueprint("site", __name__)
