"""One-machine mode: start, watch and stop the parts."""

from .machine import main

__all__ = ["main"]
