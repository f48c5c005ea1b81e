"""A file that a form brings, read up to the size that its page takes."""

from flask import Response, after_this_request, request
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from synqro.core.errors import Invalid, TooLarge, field_error

LARGEST_BODY = 64 * 1024 * 1024  # up to here a file that is too large is refused in words
MEGABYTE = 1024 * 1024


class TooLargeToRead(TooLarge, Invalid):
    code = "file_too_large"


def brought(most: int) -> tuple[str, bytes]:
    """Give back the name and the bytes of the form's file, one byte more than `most` at most.

    Raises Invalid where there is none, TooLargeToRead.
    """
    if request.mimetype == "multipart/form-data":
        request.max_content_length = LARGEST_BODY
    after_this_request(_close_files)
    try:
        file = request.files.get("file")
    except RequestEntityTooLarge as error:
        raise _too_large(most) from error
    if file is None or not file.filename:
        raise field_error("file", "required", _("Choose a file first."))
    return file.filename, file.read(most + 1)


def _too_large(most: int) -> TooLargeToRead:
    say = _(
        "This file is larger than %(most)s MB. Keep the columns that are needed, or split it.",
        most=most // MEGABYTE,
    )
    field = {"field": "file", "code": TooLargeToRead.code, "message": say}
    return TooLargeToRead(say, fields=[field])


def _close_files(answer: Response) -> Response:
    request.close()
    return answer
