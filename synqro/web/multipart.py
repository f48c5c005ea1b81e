"""Forms with files, read while they come in: a large file never stands in memory."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.sansio.multipart import (
    Data,
    Epilogue,
    Event,
    Field,
    File,
    MultipartDecoder,
    NeedData,
    Preamble,
)

from synqro.core.errors import Unsupported
from synqro.web.problems import BadRequest

CHUNK = 64 * 1024
QUOTED = re.compile(r'[;\s]filename="((?:[^"\\]|\\.)*)"', re.IGNORECASE)
MOST_PARTS = 100
MOST_AROUND = 1024 * 1024  # bytes that names, fields and boundaries may take


class MalformedForm(BadRequest):
    code = "malformed_form"


class NotAForm(Unsupported):
    code = "unsupported_media_type"


@dataclass
class Part:
    """One part; its bytes come while `chunks` is read, and are skipped if it is not.

    `filename` is None for a plain field.
    """

    name: str
    filename: str | None
    chunks: Iterator[bytes]


def parts(most: int) -> Iterator[Part]:
    """Give back the parts of the request's form, which may have `most` bytes of files.

    Raises NotAForm, MalformedForm, and RequestEntityTooLarge for a length that says more.
    """
    if request.mimetype != "multipart/form-data":
        raise NotAForm("Send a form of the type multipart/form-data.")
    boundary = request.mimetype_params.get("boundary", "")
    if not boundary:
        raise MalformedForm("This form has no boundary.")
    request.max_content_length = most + MOST_AROUND
    events = _events(MultipartDecoder(boundary.encode("latin-1", "replace"), max_parts=MOST_PARTS))
    for event in events:
        if isinstance(event, Field | File):
            filename = _filename(event) if isinstance(event, File) else None
            part = Part(event.name or "", filename, _chunks(events))
            yield part
            for _ in part.chunks:
                pass


def text(part: Part, most: int = MOST_AROUND) -> str:
    """Give back what a plain field says. Raises RequestEntityTooLarge past `most` bytes."""
    found = bytearray()
    for chunk in part.chunks:
        found += chunk
        if len(found) > most:
            raise RequestEntityTooLarge
    return found.decode("utf-8", "replace")


def _filename(event: File) -> str:
    # Werkzeug's reading of quoted text swallows backslashes, which browsers send as they are.
    said = event.headers.get("content-disposition", "")
    quoted = None if "filename*" in said else QUOTED.search(said)
    if not quoted:
        return event.filename
    return quoted[1].replace('\\"', '"').replace("%22", '"')


def _chunks(events: Iterator[Event]) -> Iterator[bytes]:
    for event in events:
        if isinstance(event, Data):
            if event.data:
                yield event.data
            if not event.more_data:
                return


def _events(decoder: MultipartDecoder) -> Iterator[Event]:
    try:
        while True:
            event = decoder.next_event()
            if isinstance(event, NeedData):
                if len(decoder.buffer) > MOST_AROUND:
                    raise MalformedForm("The head of a part is too long.")
                decoder.receive_data(request.stream.read(CHUNK) or None)
            elif isinstance(event, Epilogue):
                return
            elif not isinstance(event, Preamble):
                yield event
    except (ValueError, AttributeError, ClientDisconnected) as error:
        raise MalformedForm("This form is not whole, or cannot be read.") from error
