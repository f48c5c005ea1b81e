"""Stands in for Stripe: its API a process of its own on loopback, its pages under /sandbox/."""

from synqro.sandbox.asking import Away, onboard
from synqro.sandbox.dashboard import pages
from synqro.sandbox.serving import create_api, running, serve

__all__ = ["Away", "create_api", "onboard", "pages", "running", "serve"]
