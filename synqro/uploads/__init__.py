"""Files of customers: received, understood, kept for as long as they are needed."""

from .models import Status, Upload

__all__ = ["Status", "Upload"]
