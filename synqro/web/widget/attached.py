"""The files that a request for a quote carries: in its form, or in the page's address.

Each is written `up_….token.mark`; the mark is when the file was last changed on the customer's
own machine, by which an upload that broke off finds its file again. A file of the quote that is
asked again has AGAIN in the token's place.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import g

from synqro import quotes, uploads
from synqro.core.errors import DomainError, Gone, NotFound
from synqro.web import files as served
from synqro.web.widget import formats
from synqro.web.widget.words import gettext as _

MOST = 10
AGAIN = "again"
WRITTEN = re.compile(r"(up_\w{1,32})\.([\w-]{1,100})(?:\.([0-9a-z]{0,12}))?", re.ASCII)
UNITS = ("mm", "cm", "m", "in")
DOUBTS = {"maybe_inches": "in", "maybe_metres": "m"}
PICTURES = ("image/png", "image/jpeg", "image/webp")  # a phone offers its photos for these
ACCEPT = ",".join([*(f".{kind}" for kind in uploads.FILE_TYPES), *PICTURES])


@dataclass(frozen=True)
class File:
    """A file as the form lists it; `problem` says why it cannot go with the request."""

    id: str
    token: str
    mark: str
    name: str
    units: str = ""
    upload: uploads.Upload | None = None
    problem: str = ""

    @property
    def written(self) -> str:
        return f"{self.id}.{self.token}.{self.mark}"

    @property
    def ready(self) -> bool:
        return self.upload is not None and self.upload.status is uploads.Status.READY

    @property
    def unfinished(self) -> bool:
        return self.upload is not None and self.upload.status is uploads.Status.RECEIVING

    @property
    def percent(self) -> int:
        """How much of it has arrived."""
        found = self.upload
        return int(100 * found.received / found.bytes) if found and found.bytes else 0

    @property
    def facts(self) -> dict[str, Any] | None:
        """What was measured, in the file's own units."""
        return self.upload.mesh if self.upload and self.ready else None

    @property
    def mesh(self) -> dict[str, Any] | None:
        """What was measured, in the units that the customer chose."""
        return self._in(self.units or None)

    @property
    def doubt(self) -> dict[str, str] | None:
        """The warning that asks which units are meant; it stays when it was answered."""
        found = self._in(None)
        doubts = [w for w in found["warnings"] if w["code"] in DOUBTS] if found else []
        return {**doubts[0], "units": DOUBTS[doubts[0]["code"]]} if doubts else None

    @property
    def url(self) -> str:
        return served.file_url(self.upload) if self.upload else ""

    @property
    def thumbnail(self) -> str:
        return (served.thumbnail_url(self.upload) or "") if self.upload else ""

    def _in(self, units: str | None) -> dict[str, Any] | None:
        if not self.facts:
            return None
        return uploads.in_units(self.facts, units, build_volume_mm=g.store.build_volume_mm)


def from_address(written: Iterable[str]) -> list[File]:
    """Give back the files that an address names; what is gone is left out."""
    return [file for file in _read(written, {}) if file.upload is not None]


def from_form(written: Iterable[str], typed: Mapping[str, Any]) -> list[File]:
    """Give back the files that a form carries, those that are gone with a word about it."""
    return _read(written, typed)


def of_quote(old: quotes.Quote) -> list[File]:
    """Give back the files of a quote that is asked again, as far as they are still there."""
    found = [
        File(known.upload.id, AGAIN, "", known.upload.filename, known.units or "", known.upload)
        for known in quotes.files(g.store, old)
    ]
    return [file for file in found if file.ready]


def take_back(files: list[File], upload_id: str) -> list[File]:
    """Take a file off the form, and off our disks where no quote holds it."""
    for file in files:
        if file.id == upload_id and file.upload is not None and file.token != AGAIN:
            try:
                uploads.take_back(g.store.id, file.id, file.token)
            except DomainError:
                continue  # gone, or held by a quote: off this form all the same
    return [file for file in files if file.id != upload_id]


def marked(files: list[File], wrong: Mapping[str, str]) -> list[File]:
    """Give back the files with what `wrong` says of `uploads.N` at each."""
    return [
        replace(file, problem=file.problem or _said(wrong, index))
        for index, file in enumerate(files)
    ]


def too_large(name: str, size: int) -> str:
    """Say of a file that it is too large, and what can be done."""
    most = formats.megabytes(uploads.most_bytes(g.store)).replace(".0 ", " ")
    fact = _("%(name)s is %(size)s.", name=name, size=formats.megabytes(size))
    limit = _("The limit is %(most)s: export with fewer triangles, or paste a link.", most=most)
    return f"{fact} {limit}"


def _said(wrong: Mapping[str, str], index: int) -> str:
    fields = (f"uploads.{index}", f"uploads.{index}.id", f"uploads.{index}.units")
    return next((wrong[name] for name in fields if name in wrong), "")


def _read(written: Iterable[str], typed: Mapping[str, Any]) -> list[File]:
    found: dict[str, File] = {}
    old: dict[str, uploads.Upload] | None = None
    for text in written:
        match = WRITTEN.fullmatch(text)
        if match is None or match[1] in found or len(found) == MOST:
            continue
        upload_id, token, mark = match[1], match[2], match[3] or ""
        name = str(typed.get(f"name.{upload_id}") or "")[:200]
        units = str(typed.get(f"units.{upload_id}") or "")
        file = File(upload_id, token, mark, name, units if units in UNITS else "")
        if token == AGAIN and old is None:
            old = _of_before(str(typed.get("again") or ""))
        upload = (old or {}).get(upload_id) if token == AGAIN else _stored(upload_id, token)
        found[upload_id] = _filled(file, upload)
    return list(found.values())


def _filled(file: File, upload: uploads.Upload | None) -> File:
    if upload is None or upload.status is uploads.Status.DELETED:
        say = _("This file isn't here any more. Add it again, or remove it.")
        return replace(file, name=file.name or _("A file"), problem=say)
    file = replace(file, upload=upload, name=upload.filename)
    if upload.status is uploads.Status.REFUSED:
        return replace(file, problem=str((upload.refusal or {}).get("message") or ""))
    return file


def _stored(upload_id: str, token: str) -> uploads.Upload | None:
    try:
        return uploads.by_token(g.store.id, upload_id, token)
    except (NotFound, Gone):
        return None


def _of_before(token: str) -> dict[str, uploads.Upload]:
    try:
        old = quotes.by_token(g.store.id, token)
    except NotFound:
        return {}
    return {known.upload.id: known.upload for known in quotes.files(g.store, old)}
