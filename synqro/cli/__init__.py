"""The `synqro` command: one part of the product each, and what an operator does by hand."""

from .main import main

__all__ = ["main"]
