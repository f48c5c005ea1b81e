"""Files of customers: received, understood, kept for as long as they are needed."""

from .entering import Received
from .errors import (
    FileTooLarge,
    FileTypeNotAllowed,
    FileUnreadable,
    OffsetMismatch,
    TooManyPieces,
    TooManyUploads,
    UploadGone,
    UploadInUse,
    UploadNotFound,
    UploadUnfinished,
)
from .keeping import drop_at, keep, refused, take_back
from .mesh import in_units
from .models import Status, Upload
from .names import download_name
from .pieces import append, begin, finish
from .quotas import check, most_bytes
from .reading import by_link, by_token, of, stream, thumbnail
from .receiving import receive
from .spool import sweep
from .sweeping import purge_of, stores_to_purge
from .types import FILE_TYPES

__all__ = [
    "FILE_TYPES", "FileTooLarge", "FileTypeNotAllowed", "FileUnreadable", "OffsetMismatch",
    "Received", "Status", "TooManyPieces", "TooManyUploads", "Upload", "UploadGone", "UploadInUse",
    "UploadNotFound", "UploadUnfinished", "append", "begin", "by_link", "by_token", "check",
    "download_name", "drop_at", "finish", "in_units", "keep", "most_bytes", "of", "purge_of",
    "receive", "refused", "stores_to_purge", "stream", "sweep", "take_back", "thumbnail",
]  # fmt: skip
