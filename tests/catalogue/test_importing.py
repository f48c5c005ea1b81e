"""Files of counts: read as any spreadsheet writes them, applied once, whatever happens between."""

import csv
from io import StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synqro import catalogue, mail, stores
from synqro.catalogue import FileNotRead, ImportNotReady, ImportStatus, Outcome
from synqro.catalogue.import_applying import apply_some
from synqro.catalogue.import_cells import NotPieces, read_pieces
from synqro.catalogue.import_reading import Line, Sheet
from synqro.core.csv_cells import guard, unguard
from synqro.core.csv_files import LONGEST_RECORD
from synqro.core.db import db
from synqro.jobs import stock_imports as jobs
from tests import makers
from tests.api.many import plan, statements
from tests.listings.test_reading import read_whole

EXCEL = "SKU;On hand;Note\r\nVASE;7;für Köln\r\n\r\n;;\r\nLAMP;2;\r\n"
CELLS = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029"), max_size=12
)
SKUS = CELLS.map(str.strip).filter(bool)


def said(content: bytes | str) -> list[tuple[int, str, str, str]]:
    raw = content.encode() if isinstance(content, str) else content
    return [(n, sku, counted, got) for n, sku, _, counted, got, _ in Sheet(raw).lines()]


def refused(content: bytes | str) -> tuple[str, str]:
    with pytest.raises(FileNotRead) as error:
        list(Sheet(content.encode() if isinstance(content, str) else content).lines())
    return error.value.code, str(error.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_whatever_way_excel_has_saved_it(encoding: str) -> None:
    sheet = Sheet(EXCEL.encode(encoding))
    assert said(EXCEL.encode(encoding)) == [(2, "VASE", "7", ""), (5, "LAMP", "2", "")]
    assert sheet.columns.ignored == ["Note"]


@pytest.mark.parametrize(
    "text",
    [
        "sku,stock\nVASE,7\n",
        "sku,stock\rVASE,7\r",
        "sep=;\r\nsku;stock\r\nVASE;7\r\n",
        '"sep=;"\r\nsku;stock\r\nVASE;7',
        "Handle\tVariant SKU\tOn hand (new)\nx\tVASE\t7",
        'title, sku, Qty\n\'a, "VASE", " 7 "',
        '"a\nb,c",SKU,In stock\n"x\r\n,y",VASE,7,,\n',
        "ＳＫＵ,Quantity\nVASE,7",
        'sku,stock\n"=""VASE""",7',
    ],
)
def test_people_and_shops_write_it_in_many_ways(text: str) -> None:
    [(_, sku, counted, received)] = said(text)
    assert (sku, counted, received) == ("VASE", "7", "")


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    text = 'sep=,\nsku,stock,note\nA,1,"two\nlines"\n\nB,2,\n'
    assert [number for number, *_ in said(text)] == [2, 4]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(SKUS, st.integers(0, 999_999), CELLS), min_size=1, max_size=8),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_written_is_what_is_read(
    rows: list[tuple[str, int, str]], encoding: str, delimiter: str, end: str
) -> None:
    file = StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator=end)
    writer.writerow(["title", "sku", "stock"])
    for sku, stock, title in rows:
        writer.writerow([guard(title), guard(sku), stock])
    found = said(file.getvalue().encode(encoding))
    wanted = [(catalogue.import_reading.text(sku), str(stock)) for sku, stock, _ in rows]
    assert [(sku, counted) for _, sku, counted, _ in found] == wanted


@given(st.text(st.sampled_from("'=+-@\t\ra"), max_size=6))
def test_a_guard_is_taken_off_as_it_was_put_on(text: str) -> None:
    assert unguard(guard(text)) == text
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    try:
        lines = list(Sheet(content).lines())
    except FileNotRead as error:
        assert error.code and str(error)
    else:
        assert all(isinstance(line, Line) for line in lines)


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "empty_file", "empty"),
        (b"\n \n\n", "empty_file", "empty"),
        (b"sku,stock\n", "no_lines", "no lines below"),
        (b"sku,stock\n,\n\n,,\n", "no_lines", "no lines below"),
        (b"Artikel,Bestand\nA,1\n", "wrong_columns", "“Artikel”, “Bestand”"),
        (b"sku,price\nA,1\n", "wrong_columns", "no column “stock” or “received”"),
        (b"stock\n1\n", "wrong_columns", "no column “sku”"),
        (b"sku,stock,qty\nA,1,1\n", "doubled_columns", "“stock”, “qty”"),
        (b"PK\x03\x04[Content_Types].xml", "not_csv", "Save it as CSV first."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not_csv", "not a CSV file"),
        (b"sku,stock\nA,1\0\n", "not_csv", "not a CSV file"),
        ("sku,stock\nA,1".encode("utf-16-le"), "not_csv", "not a CSV file"),
        (b"\xff\xfes", "not_csv", "not a CSV file"),
        (b'sku,stock\nA,1\n"B,2\nC,3\n', "torn_quotes", "Row 3: a quotation mark"),
        (b'sku,stock\n"B"x,2\n', "torn_quotes", "Row 2: a quotation mark"),
        (b"x" * (LONGEST_RECORD + 1), "not_csv", "too long"),
        (b'sku,stock\n"' + b"x,\n" * LONGEST_RECORD, "not_csv", "never closed"),
        (b"sku,stock\n" + b"A,1\n" * 100_001, "too_many_lines", "more than 100,000 lines"),
        (b"sku,stock\n" + b"A,1\n" * 3_000_000, "file_too_large", "larger than 10 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_file_of_counts_is_refused_in_words(
    content: bytes, code: str, words: str
) -> None:
    found, message = refused(content)
    assert found == code and words in message


@pytest.mark.parametrize(
    ("text", "pieces"),
    [("12", 12), ("007", 7), ("12.0", 12), ("12,00", 12), ("+3", 3), ("-3", -3), ("\u22123", -3)],
)
def test_whole_numbers_are_read(text: str, pieces: int) -> None:
    assert read_pieces(text) == pieces


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1,000", "“1,000” can be read in two ways. Write 1000 if you mean that."),
        ("1.000", "“1.000” can be read in two ways. Write 1000 if you mean that."),
        ("12.5", "“12.5” is no whole number of pieces."),
        ("1E+05", "“1E+05” is no number."),
        ("a dozen", "“a dozen” is no number."),
        ("٣", "“٣” is no number."),
        ("9" * 400, f"“{'9' * 24}…” is no number."),
    ],
)
def test_other_numbers_are_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(NotPieces) as error:
        read_pieces(text)
    assert str(error.value) == words


# What the lines mean for a shop.


def stocked(store: stores.Store, **stock: int | None) -> dict[str, str]:
    """Products with these SKUs; gives back the variants' ids."""
    return {
        sku: makers.product(store, title=sku.title(), sku=sku, stock=count).variants[0].id
        for sku, count in stock.items()
    }


def read(store: stores.Store, *lines: str, header: str = "sku,stock,received") -> Any:
    content = "\n".join([header, *lines]).encode()
    return catalogue.read_counts(store.id, "counts.csv", content)


def rows(found: Any) -> list[tuple[int, str, str]]:
    """The lines in the order of the page: number, outcome, and why."""
    return [(r.line, r.outcome.value, r.message or "") for r in catalogue.import_lines(found).data]


def counts(store: stores.Store) -> dict[str, int | None]:
    db.session.rollback()
    db.session.expire_all()
    wanted = db.select(catalogue.Variant.sku, catalogue.Variant.stock)
    found = db.session.execute(wanted.filter_by(store_id=store.id, active=True))
    return {sku: stock for sku, stock in found}


def moves(store: stores.Store, import_id: str) -> list[tuple[str, int | None, int | None]]:
    found = catalogue.moves(store.id, limit=100).data
    return [(m.kind.value, m.before, m.after) for m in found if m.import_id == import_id]


def test_every_line_says_what_it_would_do(store: stores.Store) -> None:
    stocked(store, A=5, B=5, C=5, D=None, E=None, F=5, G=999_990)
    other = makers.person("other@shop.example")
    foreign = stores.open_store(other, name="Other", place=stores.Place("EUR")).store
    stocked(foreign, X=1)
    gone = makers.product(store, title="Old lamp", sku="OLD", stock=1)
    catalogue.archive_product(store.id, gone.id)
    found = read(
        store, "A,7,", "B,5,", "C,,3", "D,4,", "E,,4", "F,1,", "F,2,", "G,,10", "X,1,", "OLD,2,",
        ",3,", "A2,1,", "C,,", "D,-1,", "B,,-1", "B,1,1", 'A,"1,000",', "A,1,,,9", "G,,",
    )  # fmt: skip
    assert rows(found) == [
        (2, "wrong", "This SKU stands in the lines 2, 18 and 19. Keep one of them."),
        (3, "wrong", "This SKU stands in the lines 3, 16 and 17. Keep one of them."),
        (5, "wrong", "This SKU stands in the lines 5 and 15. Keep one of them."),
        (6, "wrong", "Nobody counts this one yet. Enter how many there are as its stock."),
        (7, "wrong", "This SKU stands in the lines 7 and 8. Keep one of them."),
        (8, "wrong", "This SKU stands in the lines 7 and 8. Keep one of them."),
        (9, "wrong", "The most is 999,999 pieces."),
        (10, "wrong", "No product has this SKU."),
        (11, "wrong", "This product is archived. Restore it first."),
        (12, "wrong", "This line names no SKU."),
        (13, "wrong", "No product has this SKU."),
        (15, "wrong", "This SKU stands in the lines 5 and 15. Keep one of them."),
        (16, "wrong", "This SKU stands in the lines 3, 16 and 17. Keep one of them."),
        (17, "wrong", "Enter the count or what was received, not both."),
        (18, "wrong", "This SKU stands in the lines 2, 18 and 19. Keep one of them."),
        (19, "wrong", "This line has more cells than there are columns."),
        (4, "change", ""),
        (14, "same", ""),
        (20, "same", ""),
    ]
    assert (found.rows, found.changes, found.wrong) == (19, 1, 16)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("A,-1,", "A count is 0 or more."),
        ("A,,-1", "Only what came in is received. Correct a count on the product itself."),
        ("A,1,1", "Enter the count or what was received, not both."),
        ('A,"1,000",', "“1,000” can be read in two ways. Write 1000 if you mean that."),
        ("A,1000000,", "The most is 999,999 pieces."),
        ("A,many,", "“many” is no number."),
    ],
)
def test_a_wrong_number_is_said(store: stores.Store, line: str, words: str) -> None:
    stocked(store, A=5)
    assert rows(read(store, line)) == [(2, "wrong", words)]


def test_a_count_begins_to_be_counted_by_a_file(store: stores.Store) -> None:
    stocked(store, A=None)
    found = read(store, "A,4,")
    [line] = catalogue.import_lines(found).data
    assert (line.was, line.wanted, line.outcome) == (None, 4, Outcome.CHANGE)
    catalogue.apply_import(store.id, found.id)
    assert counts(store) == {"A": 4}


def test_a_variant_without_a_sku_is_named_by_its_id(store: stores.Store) -> None:
    plain = makers.product(store, sku=None, stock=1).variants[0].id
    both = stocked(store, A=1)["A"]
    found = read(
        store, f",{plain},4", f",{both},5", "A,,6", ",var_0,1", header="sku,variant_id,stock"
    )
    assert rows(found) == [
        (4, "wrong", "This variant stands in line 3 already. Keep one of them."),
        (5, "wrong", "No product has this variant."),
        (2, "change", ""),
        (3, "change", ""),
    ]


def test_counts_are_set_and_deliveries_added_by_the_person(
    store: stores.Store, owner: stores.Person
) -> None:
    stocked(store, A=5, B=5, C=5)
    found = read(store, "A,12,", "B,,7", "C,5,", "nobody,1,")
    catalogue.apply_import(store.id, found.id, by=stores.By(person_id=owner.id))
    assert counts(store) == {"A": 12, "B": 12, "C": 5}
    assert sorted(moves(store, found.id)) == [("counted", 5, 12), ("received", 5, 12)]
    [last, *_] = catalogue.moves(store.id).data
    assert last.person_id == owner.id
    fresh = catalogue.find_import(store.id, found.id)
    assert (fresh.status, fresh.applied_by) == (ImportStatus.DONE, owner.id) and fresh.applied_at
    assert (fresh.person_id, fresh.undone_by, fresh.undone_at) == (None, None, None)


def test_what_has_changed_since_is_left_for_another_count(store: stores.Store) -> None:
    ids = stocked(store, A=5, B=5, C=5, D=5)
    found = read(store, "A,12,", "B,,7", "C,9,", "D,9,")
    catalogue.set_stock(store.id, ids["A"], 4)
    catalogue.set_stock(store.id, ids["B"], 4)
    catalogue.set_stock(store.id, ids["C"], 9)
    catalogue.archive_product(store.id, catalogue.known(store.id, [ids["D"]])[ids["D"]].product_id)
    catalogue.apply_import(store.id, found.id)
    assert counts(store) == {"A": 4, "B": 11, "C": 9, "D": 5}
    assert rows(found) == [
        (2, "skipped", "There are 4 now, the file was read at 5. Count again."),
        (4, "skipped", "It is 9 by now."),
        (5, "skipped", "This product is archived by now."),
        (3, "applied", ""),
    ]
    applied = catalogue.import_lines(found, Outcome.APPLIED).data[0]
    assert (applied.was, applied.wanted) == (4, 11)


def test_the_same_file_twice_changes_nothing_more(store: stores.Store) -> None:
    stocked(store, A=5)
    catalogue.apply_import(store.id, read(store, "A,7,").id)
    again = read(store, "A,7,")
    assert (again.changes, rows(again)) == (0, [(2, "same", "")])
    with pytest.raises(ImportNotReady):
        catalogue.apply_import(store.id, again.id)


def test_two_files_read_at_once_are_applied_once(store: stores.Store) -> None:
    stocked(store, A=5, B=5)
    first, second = read(store, "A,7,", "B,,1"), read(store, "A,8,", "B,,1")
    catalogue.apply_import(store.id, first.id)
    catalogue.apply_import(store.id, second.id)
    assert counts(store) == {"A": 7, "B": 7}
    assert ("There are 7 now" in rows(second)[0][2], second.changes) == (True, 2)


def test_of_two_people_one_applies_it(store: stores.Store) -> None:
    stocked(store, A=5)
    found = read(store, "A,,2")
    catalogue.apply_import(store.id, found.id)
    with pytest.raises(ImportNotReady):
        catalogue.apply_import(store.id, found.id)
    with pytest.raises(ImportNotReady):
        catalogue.discard_import(store.id, found.id)
    assert counts(store) == {"A": 7}


def test_what_is_discarded_is_gone(store: stores.Store) -> None:
    stocked(store, A=5)
    import_id = read(store, "A,7,").id
    catalogue.discard_import(store.id, import_id)
    for act in (catalogue.find_import, catalogue.discard_import, catalogue.apply_import):
        with pytest.raises(catalogue.ImportNotFound):
            act(store.id, import_id)
    assert catalogue.imports(store.id).data == [] and counts(store) == {"A": 5}


def test_a_large_file_goes_on_wherever_it_was_killed(
    store: stores.Store, monkeypatch: pytest.MonkeyPatch, run_jobs: Any
) -> None:
    monkeypatch.setattr(catalogue.import_turns, "AT_ONCE", 2)
    stocked(store, A=5, B=5, C=5, D=5, E=5)
    found = read(store, *(f"{sku},,1" for sku in "ABCDE"))
    catalogue.apply_import(store.id, found.id)
    assert catalogue.find_import(store.id, found.id).status is ImportStatus.APPLYING
    with pytest.raises(ImportNotReady):
        catalogue.discard_import(store.id, found.id)
    assert apply_some(store.id, found.id, 2)
    with monkeypatch.context() as dies:
        dies.setattr(catalogue.import_applying, "_became", killed)
        with pytest.raises(KeyboardInterrupt):
            apply_some(store.id, found.id, 2)
    assert counts(store) == {"A": 6, "B": 6, "C": 5, "D": 5, "E": 5}
    jobs.sweep()
    run_jobs()
    jobs.sweep()
    assert counts(store) == dict.fromkeys("ABCDE", 6)
    assert len(moves(store, found.id)) == 5
    fresh = catalogue.find_import(store.id, found.id)
    assert fresh.status is ImportStatus.DONE
    assert catalogue.import_outcomes(fresh) == {Outcome.APPLIED: 5}


def killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("where", ["_finish", "drop"])
def test_a_file_that_a_worker_died_over_is_nowhere(
    store: stores.Store, monkeypatch: pytest.MonkeyPatch, clock: Any, where: str
) -> None:
    stocked(store, A=5)
    with monkeypatch.context() as dies:
        dies.setattr(catalogue.importing, where, killed)
        with pytest.raises(KeyboardInterrupt):
            catalogue.discard_import(store.id, read(store, "A,7,").id)
    assert catalogue.imports(store.id).data == []
    assert db.session.scalars(db.select(catalogue.ImportRow)).all()
    clock.forward(7200)
    jobs.purge()
    db.session.rollback()
    assert not db.session.scalars(db.select(catalogue.ImportRow)).all()
    assert not db.session.scalars(db.select(catalogue.StockImport)).all()


def test_an_import_is_taken_back_and_what_came_after_stays(
    store: stores.Store, owner: stores.Person
) -> None:
    ids = stocked(store, A=5, B=5, C=None, D=None, E=5, F=5)
    found = read(store, "A,12,", "B,,7", "C,3,", "D,4,", "E,,2", "F,5,", "G,1,")
    catalogue.apply_import(store.id, found.id)
    catalogue.set_stock(store.id, ids["B"], 20)
    catalogue.set_stock(store.id, ids["D"], 6)
    catalogue.set_stock(store.id, ids["E"], 1)
    catalogue.undo_import(store.id, found.id, by=stores.By(person_id=owner.id))
    assert counts(store) == {"A": 5, "B": 13, "C": None, "D": 6, "E": 1, "F": 5}
    assert rows(found) == [
        (8, "wrong", "No product has this SKU."),
        (5, "kept", "The count has changed since then. Count again."),
        (6, "kept", "Only one is left, so 2 cannot be taken back. Count again."),
        (2, "undone", ""),
        (3, "undone", ""),
        (4, "undone", ""),
        (7, "same", ""),
    ]
    fresh = catalogue.find_import(store.id, found.id)
    assert (fresh.status, fresh.applied_by, fresh.undone_by) == (
        ImportStatus.UNDONE,
        None,
        owner.id,
    )
    assert fresh.applied_at and fresh.undone_at
    assert [kind for kind, *_ in moves(store, found.id)].count("undone") == 3
    for act in (catalogue.undo_import, catalogue.apply_import, catalogue.discard_import):
        with pytest.raises(ImportNotReady):
            act(store.id, found.id)


def test_taking_back_goes_on_wherever_it_was_killed(
    store: stores.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    stocked(store, **dict.fromkeys("ABCDE", 50))
    found = read(store, *(f"{sku},,1" for sku in "ABCDE"))
    catalogue.apply_import(store.id, found.id)
    catalogue.undo_move(store.id, catalogue.moves(store.id).data[0].id)
    monkeypatch.setattr(catalogue.import_turns, "AT_ONCE", 1)
    catalogue.undo_import(store.id, found.id)
    assert catalogue.import_undoing.undo_some(store.id, found.id, 2)
    assert sorted(counts(store).values()) == [50, 50, 50, 51, 51]
    jobs.sweep()
    jobs.sweep()
    assert counts(store) == dict.fromkeys("ABCDE", 50)
    assert catalogue.find_import(store.id, found.id).status is ImportStatus.UNDONE
    assert "This was undone already." in {row[2] for row in rows(found)}


def test_a_worker_that_was_late_does_not_end_what_others_take_back(
    store: stores.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue.import_turns, "AT_ONCE", 0)
    stocked(store, A=5)
    found = read(store, "A,7,")
    catalogue.apply_import(store.id, found.id)
    jobs.sweep()
    catalogue.undo_import(store.id, found.id)
    catalogue.import_turns._end(store.id, found.id, ImportStatus.APPLYING, [])
    assert catalogue.find_import(store.id, found.id).status is ImportStatus.UNDOING
    jobs.sweep()
    assert counts(store) == {"A": 5}
    assert catalogue.find_import(store.id, found.id).status is ImportStatus.UNDONE


def test_one_mail_tells_of_all_that_runs_low(
    store: stores.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue.lowness, "MOST_NAMED", 2)
    skus = [f"S{n}" for n in range(5)]
    stocked(store, **dict.fromkeys(skus, 50))
    found = read(store, *(f"{sku},1," for sku in skus))
    catalogue.apply_import(store.id, found.id)
    sent = [m for m in db.session.scalars(db.select(mail.Message)) if m.template == "stock/low"]
    assert [(len(m.facts["variant_ids"]), m.facts["more"]) for m in sent] == [(2, 3)]
    assert all(line.low for line in catalogue.import_lines(found).data)
    assert "".join(catalogue.export_report(found)).count("Low now.") == 5


def test_pages_of_lines_neither_repeat_nor_leave_out(store: stores.Store) -> None:
    stocked(store, A=5, B=5)
    found = read(store, "A,7,", "B,5,", *(f"no{n},1," for n in range(5)))
    seen, cursor = [], None
    while True:
        page = catalogue.import_lines(found, cursor=cursor, limit=2)
        seen += [row.line for row in page.data]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [4, 5, 6, 7, 8, 2, 3]


def test_old_lines_are_forgotten_and_the_moves_stay(store: stores.Store, clock: Any) -> None:
    stocked(store, A=5)
    applied, _waiting = read(store, "A,7,"), read(store, "A,8,")
    catalogue.apply_import(store.id, applied.id)
    clock.forward(91 * 86_400)
    jobs.purge()
    db.session.rollback()
    assert not db.session.scalars(db.select(catalogue.ImportRow)).all()
    assert [one.id for one in catalogue.imports(store.id).data] == [applied.id]
    assert len(moves(store, applied.id)) == 1


def test_the_export_is_what_the_import_reads(store: stores.Store) -> None:
    sizes = [{"name": "Size", "values": ["S", "=L"]}]
    stocked(store, **{"A": 5, "B": None, "=C": 1, "-1": 2, "'+D": 3})
    makers.product(store, title="+Vase, “red”\n", options=sizes, sku=None, stock=2)
    gone = makers.product(store, sku="GONE")
    catalogue.archive_product(store.id, gone.id)
    text = "".join(catalogue.export_stock(store.id))
    lines = list(csv.reader(StringIO(text.removeprefix("\ufeff"))))
    assert lines[0] == ["product", "variant", "sku", "stock", "reserved", "available", "variant_id"]
    assert len(lines) == 8
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)
    found = catalogue.read_counts(store.id, "stock.csv", text.encode())
    assert (found.rows, found.changes, found.wrong) == (7, 0, 0)
    more = text.replace(",5,0,5,", ",6,0,5,")
    assert catalogue.read_counts(store.id, "stock.csv", more.encode()).changes == 1


def test_the_report_says_what_came_of_each_line(store: stores.Store) -> None:
    stocked(store, A=5)
    found = read(store, "A,7,", "=no,1,")
    catalogue.apply_import(store.id, found.id)
    text = "".join(catalogue.export_report(found)).removeprefix("\ufeff")
    assert list(csv.reader(StringIO(text)))[1:] == [
        ["2", "A", "A", "7", "5", "7", "applied", ""],
        ["3", "'=no", "", "1", "", "", "wrong", "No product has this SKU."],
    ]


def test_more_than_a_batch_is_exported(store: stores.Store, monkeypatch: Any) -> None:
    monkeypatch.setattr(catalogue.exporting, "BATCH", 2)
    stocked(store, **dict.fromkeys("ABCDE", 1))
    sizes = [{"name": "Size", "values": list("SMLX")}]
    makers.product(store, options=sizes, sku=None)
    text = "".join(catalogue.export_stock(store.id))
    ids = [line[-1] for line in csv.reader(StringIO(text))][1:]
    assert len(ids) == len(set(ids)) == 9


def test_no_step_of_an_import_reads_a_whole_table(store: stores.Store) -> None:
    stocked(store, A=5)
    found = read(store, "A,7,")
    store_id, known = store.id, catalogue.importing._known
    lines = [Line(n, f"S{n}", "", "1", "", False) for n in range(9)]
    assert read_whole(lambda: known(store_id, lines)) == []
    assert read_whole(lambda: catalogue.import_lines(found)) == []
    assert read_whole(lambda: catalogue.import_outcomes(found)) == []
    assert read_whole(lambda: catalogue.imports(store_id)) == []
    for look in (catalogue.half_applied, catalogue.import_purging._drop_torn):
        due = read_whole(look)
        assert all("ix_stock_imports_under_way" in step for step in due)  # whole, and nothing else
    assert read_whole(lambda: list(catalogue.export_stock(store_id))) == []


def test_many_skus_are_looked_up_one_by_one(store: stores.Store) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL weighs what is there")
    lines = [Line(n, f"S{n}", "", "1", "", False) for n in range(9)]
    wanted: Any = [("", {"sku": line.sku}) for line in lines]
    store_id = store.id
    looks = (
        lambda: catalogue.importing._known(store_id, lines),
        lambda: catalogue.variants.taken(store_id, "prd_0", wanted),
        lambda: catalogue.by_sku(store_id, "S1"),
        lambda: catalogue.newest(store_id, sku="S1"),
    )
    for asked in looks:
        [found] = statements(asked)
        assert "uq_variants_sku (store_id=? AND sku=?)" in str(plan(found))
