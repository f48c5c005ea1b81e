"""What a store sells, and how many of it are left."""

from . import lowness, moving, stock
from .chosen import by_variants
from .counting import LONGEST_NOTE, REASONS, correct, receive, set_stock
from .errors import MoveNotFound, MoveNotUndoable, OutOfStock, ProductNotFound
from .fields import Fields, VariantFields
from .images import (
    MOST_IMAGES,
    add_image,
    describe_image,
    image_file,
    image_path,
    keep_picture,
    order_images,
    remove_image,
)
from .known import Known, by_sku, known
from .listening import Change, Deed
from .lowness import follow_store
from .models import Hold, Image, Product, Status, Variant
from .moves import moves
from .newest import called, newest
from .offer import Offer, for_sale
from .options import MOST_OPTIONS, MOST_VARIANTS, combinations, how_many, same
from .pictures import (
    MOST_BYTES,
    WIDTHS,
    Drawn,
    FileTooLarge,
    FileTypeNotAllowed,
    FileUnreadable,
    draw_picture,
)
from .pricing import put_on_shelf, set_price
from .products import (
    archive_product,
    create_product,
    edit_product,
    locked,
    restore_product,
    wrong_in,
)
from .rules import MOST_STOCK, wrong_number, wrong_options, wrong_price
from .sheet import CELLS, sheet, sheet_file
from .shelf import MOST_COUNTED, Counts, Shown, counts, find, first_images, listing, shelf
from .sorting import move_product, reorder_products
from .stamp import shelf_stamp
from .stock_models import ImportRow, ImportStatus, Move, MoveKind, Outcome, StockImport
from .stocked import Stocked, stocked, stocked_one
from .undoing import undo_move

__all__ = [
    "CELLS", "LONGEST_NOTE", "MOST_BYTES", "MOST_COUNTED", "MOST_IMAGES", "MOST_OPTIONS",
    "MOST_STOCK", "MOST_VARIANTS", "REASONS", "WIDTHS", "Change", "Counts", "Deed", "Drawn",
    "Fields", "FileTooLarge", "FileTypeNotAllowed", "FileUnreadable", "Hold", "Image", "ImportRow",
    "ImportStatus", "Known", "Move", "MoveKind", "MoveNotFound", "MoveNotUndoable", "Offer",
    "OutOfStock", "Outcome", "Product", "ProductNotFound", "Shown", "Status", "StockImport",
    "Stocked", "Variant", "VariantFields", "add_image", "archive_product", "by_sku", "by_variants",
    "called", "combinations", "correct", "counts", "create_product", "describe_image",
    "draw_picture", "edit_product", "find", "first_images", "follow_store", "for_sale", "how_many",
    "image_file", "image_path", "keep_picture", "known", "listing", "locked", "lowness",
    "move_product", "moves", "moving", "newest", "order_images", "put_on_shelf", "receive",
    "remove_image", "reorder_products", "restore_product", "same", "set_price", "set_stock",
    "sheet", "sheet_file", "shelf", "shelf_stamp", "stock", "stocked", "stocked_one", "undo_move",
    "wrong_in", "wrong_number", "wrong_options", "wrong_price",
]  # fmt: skip
