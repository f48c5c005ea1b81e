"""One shop's files whose day is over: removed, counted, and found without reading all."""

from io import BytesIO

from synqro import uploads
from synqro.core import storage
from synqro.core.errors import Unavailable
from tests.plans import read_by

PDF = b"%PDF-1.7\n"
DAY = 86_400


def upload(store):
    stream = BytesIO(PDF)
    return uploads.receive(store, stream, filename="a.pdf", visitor="v", length=len(PDF)).upload


def states(store, *files):
    return [uploads.of(store.id, [file.id])[file.id].status for file in files]


def test_files_whose_day_is_over_are_removed_for_one_shop(store, twin, clock):
    mine, theirs = [upload(store) for _ in range(2)], upload(twin)
    assert uploads.stores_to_purge() == []
    clock.forward(DAY + 61)
    assert set(uploads.stores_to_purge()) == {store.id, twin.id}
    assert uploads.stores_to_purge(frozenset([twin.id]), 1) == [store.id]
    report = uploads.purge_of(store.id)
    assert (report.seen, report.changed, report.summary) == (2, 2, "Removed 2 files")
    assert states(store, *mine) == ["deleted"] * 2 and states(twin, theirs) == ["ready"]
    assert uploads.purge_of(store.id).summary is None
    assert uploads.stores_to_purge() == [twin.id]


def test_what_the_storage_does_not_give_up_is_removed_later(store, clock, monkeypatch):
    files = [upload(store) for _ in range(2)]
    clock.forward(DAY + 61)
    delete, stuck = storage.delete_folder, [files[0].id]

    def away(path):
        if stuck and stuck[0] in path:
            raise Unavailable("Not now.")
        delete(path)

    monkeypatch.setattr(storage, "delete_folder", away)
    report = uploads.purge_of(store.id)
    assert (report.seen, report.changed, report.failed) == (2, 1, 1)
    assert report.problem and report.problem.code == "storage_unavailable"
    stuck.clear()
    assert uploads.purge_of(store.id).changed == 1
    assert states(store, *files) == ["deleted"] * 2


def test_what_is_due_is_found_by_its_index(store):
    read_by(uploads.stores_to_purge, "ix_uploads_due")
    read_by(lambda: uploads.purge_of(store.id), "ix_uploads_due")
