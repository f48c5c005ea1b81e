"""Real files, as customers send them: the browser finds what the server finds."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from synqro import stores
from tests.uploads.test_mesh_in_browser import agree

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"


@pytest.mark.external
def test_the_browser_reads_the_samples_as_the_server_does(
    page: Page, live: str, store: stores.Store
) -> None:
    files = [path for path in sorted(SAMPLES.iterdir()) if path.suffix != ".md"]
    assert len(files) >= 14
    assert agree(page, live, store, files) == []
