"""What a store sells, and how many of it are left."""

from .models import Hold, Image, Product, Status, Variant

__all__ = ["Hold", "Image", "Product", "Status", "Variant"]
