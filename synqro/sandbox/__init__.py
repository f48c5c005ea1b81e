"""Stands in for Stripe: its API a process of its own on loopback, its pages under /sandbox/."""

from synqro.sandbox.pages import pages
from synqro.sandbox.serving import create_api, running, serve

__all__ = ["create_api", "pages", "running", "serve"]
