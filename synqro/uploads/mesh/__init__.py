"""Meshes: measured in processes of their own, and told in millimetres."""

from .measuring import Measured, measure
from .units import in_units

__all__ = ["Measured", "in_units", "measure"]
