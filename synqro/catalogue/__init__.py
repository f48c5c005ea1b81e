"""What a store sells, and how many of it are left."""

from .counting import set_stock
from .errors import OutOfStock, ProductNotFound
from .fields import Fields, VariantFields
from .images import (
    MOST_IMAGES,
    add_image,
    describe_image,
    image_file,
    image_path,
    order_images,
    remove_image,
)
from .models import Hold, Image, Product, Status, Variant
from .options import MOST_OPTIONS, MOST_VARIANTS, combinations, how_many, same
from .pictures import MOST_BYTES, WIDTHS, FileTooLarge, FileTypeNotAllowed, FileUnreadable
from .products import (
    archive_product,
    create_product,
    edit_product,
    restore_product,
    wrong_in,
)
from .shelf import MOST_COUNTED, Counts, Shown, counts, find, listing, pictures, shelf
from .sorting import move_product, reorder_products

__all__ = [
    "MOST_BYTES", "MOST_COUNTED", "MOST_IMAGES", "MOST_OPTIONS", "MOST_VARIANTS", "WIDTHS",
    "Counts", "Fields", "FileTooLarge", "FileTypeNotAllowed", "FileUnreadable", "Hold", "Image",
    "OutOfStock", "Product", "ProductNotFound", "Shown", "Status", "Variant", "VariantFields",
    "add_image", "archive_product", "combinations", "counts", "create_product", "describe_image",
    "edit_product", "find", "how_many", "image_file", "image_path", "listing", "move_product",
    "order_images", "pictures", "remove_image", "reorder_products", "restore_product", "same",
    "set_stock", "shelf", "wrong_in",
]  # fmt: skip
