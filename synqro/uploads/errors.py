"""Why a file can be refused."""

from synqro.core.errors import Conflict, Gone, Invalid, NotFound, TooLarge, TooMany, Unsupported


class UploadNotFound(NotFound):
    code = "upload_not_found"


class UploadGone(Gone):
    """It was there, and was refused or has passed its day."""

    code = "upload_gone"


class UploadUnfinished(Conflict):
    """Not all of it is there; the facts say how much is."""

    code = "upload_unfinished"


class UploadInUse(Conflict):
    """A quote holds it."""

    code = "upload_in_use"


class OffsetMismatch(Conflict):
    """A piece that does not begin where the last one ended."""

    code = "upload_offset_mismatch"


class TooManyPieces(Conflict):
    code = "too_many_pieces"


class FileTooLarge(TooLarge):
    code = "file_too_large"


class FileTypeNotAllowed(Unsupported):
    code = "file_type_not_allowed"


class FileUnreadable(Invalid):
    """It is of a type that we take, and damaged, empty, or too much to measure."""

    code = "file_unreadable"


class TooManyUploads(TooMany):
    code = "too_many_uploads"
