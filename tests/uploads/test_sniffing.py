"""What a file is, by what it holds."""

import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synqro.uploads.errors import FileTypeNotAllowed, FileUnreadable
from synqro.uploads.sniffing import type_of
from synqro.uploads.types import TYPES
from tests.storefront.uploading import stl, zipped

SOLID = b"solid part\n facet normal 0 0 1\n  outer loop\n   vertex 0 0 0\n"
CUBE = b"# made by hand\no cube\nv 0 0 0\nv 1 0 0\nv 0 1e-3 0\nf 1 2 3\n"
MODEL = {"[Content_Types].xml": b"<Types/>", "3D/3dmodel.model": b"<model/>"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file"


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (stl(), "x", "stl"),
        (b"solid" + stl()[5:], "x.png", "stl"),
        (SOLID, "x", "stl"),
        (b"\xef\xbb\xbf  SOLID x\r\nFACET ", "x.obj", "stl"),
        (stl() + b"x", "x.stl", "stl"),
        (b"\0" * 100, "x.STL", "stl"),
        (CUBE, "x", "obj"),
        (CUBE, "x.stl", "obj"),
        (b"v nonsense", "x.obj", "obj"),
        (zipped(**MODEL), "x", "3mf"),
        (zipped(**MODEL), "x.zip", "3mf"),
        (zipped(a=b"b"), "x.zip", "zip"),
        (zipped(a=b"b"), "x", "zip"),
        (zipped(), "x.zip", "zip"),
        (b"\n ISO-10303-21;\nHEADER;", "x.stp", "step"),
        (b"%PDF-1.4\n", "x.exe", "pdf"),
        (b"\x89PNG\r\n\x1a\n\0", "x.jpg", "png"),
        (b"\xff\xd8\xff\xe0", "x", "jpg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "x", "webp"),
        (b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n", "x", "dxf"),
        (b"999\nmade by x\n0\nSECTION\n", "x.dxf", "dxf"),
        (b"AutoCAD Binary DXF\r\n\x1a\0", "x", "dxf"),
    ],
)
def test_content_says_what_it_is(file: Path, content: bytes, name: str, kind: str) -> None:
    file.write_bytes(content)
    assert type_of(file, name) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body>", b"\xef\xbb\xbf<svg>", b"\x7fELF\x02", b"#!/bin/sh\n", b"GIF89a", b"words",
        b"RIFF\0\0\0\0AVI ", b"{}", b"Rar!\x1a", b"ply\nformat", struct.pack("<I", 7) * 20,
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["x", "x.png", "x.pdf", "x.zip", "x.docx", "x.svg"])
def test_everything_else_is_refused(file: Path, content: bytes, name: str) -> None:
    file.write_bytes(content)
    with pytest.raises(FileTypeNotAllowed, match="Send STL, 3MF"):
        type_of(file, name)


def test_what_other_programs_keep_in_a_zip(file: Path) -> None:
    file.write_bytes(zipped(a=b"b"))
    for name, say in (("x.f3d", "Export it as STL or 3MF"), ("x.docx", "We can't read DOCX")):
        with pytest.raises(FileTypeNotAllowed, match=say):
            type_of(file, name)


def test_a_zip_whose_list_is_endless(file: Path) -> None:
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 9, 9, 2**31, 0, 0)
    file.write_bytes(b"PK\x03\x04" + b"\0" * 100 + end)
    assert type_of(file, "x.zip") == "zip"


STARTS = st.sampled_from(
    [b"", b"solid ", b"PK\x03\x04", b"%PDF", b"v 1 2 3\n", b"0\nSECTION", b"<"]
)
NAMES = st.sampled_from(["x", "x.stl", "x.obj", "x.3mf", "x.png", "x.zip"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(STARTS, st.binary(max_size=400), NAMES)
def test_any_bytes_have_a_type_or_none(file: Path, start: bytes, rest: bytes, name: str) -> None:
    file.write_bytes(start + rest)
    try:
        assert type_of(file, name) in TYPES
    except (FileTypeNotAllowed, FileUnreadable) as error:
        assert str(error)
