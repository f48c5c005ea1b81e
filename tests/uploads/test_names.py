"""File names as people, machines and attackers write them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synqro.uploads.names import LONGEST, extension, tidy


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("part.stl", "part.stl"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Sam\\part.STL", "part.STL"),
        ("/", "file"),
        ("", "file"),
        ("..", "file"),
        ("...", "file"),
        (" . ", "file"),
        ("a\0b.stl", "ab.stl"),
        ("exe\u202egpj.stl", "exegpj.stl"),
        ("li\nne.stl", "line.stl"),
        ("\ufeffpart.stl", "part.stl"),
        ("e\u0301.stl", "é.stl"),
        ("x" * 10_000 + ".stl", "x" * 251 + ".stl"),
        ("." + "x" * 10_000, "." + "x" * 254),
        (".stl", ".stl"),
    ],
)
def test_what_is_kept_of_a_name(given_name: str, kept: str) -> None:
    assert tidy(given_name) == kept


@given(st.text())
def test_any_name_is_one_line_that_leads_nowhere(name: str) -> None:
    kept = tidy(name)
    assert 0 < len(kept) <= LONGEST
    assert not set(kept) & set("/\\") and kept.strip(". ")
    assert all(unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp") for letter in kept)
    assert tidy(kept) == kept
    kept.encode()


@given(st.text(max_size=300), st.sampled_from(["stl", "STEP", "3mf"]))
def test_the_ending_stays(stem: str, ending: str) -> None:
    name = f"{stem.replace('/', '').replace(chr(92), '')}x.{ending}"
    assert extension(tidy(name)) == ending.lower()
