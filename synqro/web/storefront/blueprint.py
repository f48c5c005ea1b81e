"""The blueprint of /api/storefront."""

from flask import Blueprint

bp = Blueprint("storefront", __name__, url_prefix="/api/storefront")
