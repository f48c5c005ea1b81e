"""What a store sells, and how many of it are left."""

from synqro.core.csv_columns import named_columns
from synqro.core.csv_files import FileNotRead

from . import lowness, moving, stock
from .at_a_glance import first_product, knows_costs, low_ones
from .auditing import unaccounted
from .chosen import by_variants
from .counting import LONGEST_NOTE, REASONS, correct, receive, set_stock
from .errors import MoveNotFound, MoveNotUndoable, OutOfStock, ProductNotFound
from .exporting import export_report, export_stock
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
from .import_errors import ImportNotFound, ImportNotReady
from .import_purging import purge_imports
from .import_reading import MOST_FILE_BYTES, MOST_LINES
from .import_turns import apply_import, go_on_importing, half_applied, undo_import
from .importing import (
    discard_import,
    find_import,
    import_lines,
    import_outcomes,
    imports,
    read_counts,
)
from .known import Known, by_sku, by_skus, known
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
from .priceable import Priceable, priceable
from .pricing import lock_some, put_on_shelf, set_price
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
from .stocked import Stocked, still_low, stocked, stocked_one
from .telling import stores_to_tell, tell_low
from .undoing import undo_move

__all__ = [
    "CELLS", "LONGEST_NOTE", "MOST_BYTES", "MOST_COUNTED", "MOST_FILE_BYTES", "MOST_IMAGES",
    "MOST_LINES", "MOST_OPTIONS", "MOST_STOCK", "MOST_VARIANTS", "REASONS", "WIDTHS", "Change",
    "Counts", "Deed", "Drawn", "Fields", "FileNotRead", "FileTooLarge", "FileTypeNotAllowed",
    "FileUnreadable", "Hold", "Image", "ImportNotFound", "ImportNotReady", "ImportRow",
    "ImportStatus", "Known", "Move", "MoveKind", "MoveNotFound", "MoveNotUndoable", "Offer",
    "OutOfStock", "Outcome", "Priceable", "Product", "ProductNotFound", "Shown", "Status",
    "StockImport", "Stocked", "Variant", "VariantFields", "add_image", "apply_import",
    "archive_product", "by_sku", "by_skus", "by_variants", "called", "combinations", "correct",
    "counts", "create_product", "describe_image", "discard_import", "draw_picture", "edit_product",
    "export_report", "export_stock", "find", "find_import", "first_images", "first_product",
    "follow_store", "for_sale", "go_on_importing", "half_applied", "how_many", "image_file",
    "image_path", "import_lines", "import_outcomes", "imports", "keep_picture", "known",
    "knows_costs", "listing", "lock_some", "locked", "low_ones", "lowness", "move_product", "moves",
    "moving", "named_columns", "newest", "order_images", "priceable", "purge_imports",
    "put_on_shelf", "read_counts", "receive", "remove_image", "reorder_products", "restore_product",
    "same", "set_price", "set_stock", "sheet", "sheet_file", "shelf", "shelf_stamp", "still_low",
    "stock", "stocked", "stocked_one", "stores_to_tell", "tell_low", "unaccounted", "undo_import",
    "undo_move", "wrong_in", "wrong_number", "wrong_options", "wrong_price",
]  # fmt: skip
