"""Whatever a form sends: never a server error, and a refusal leaves nothing half-written."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict

from synqro import agents, catalogue, costing, events, listings, orders, quotes, repricer, stores
from synqro.core.clock import now
from synqro.core.db import db
from synqro.web.limits import limiter
from tests import makers
from tests.console.asked import asked
from tests.orders.shop import place, session, set_up_payments
from tests.settlements.made import line, settled

NASTY = [
    "", "   ", "\0", "a\0b", "\x07\x1b[31m", "\u202eegal", "🏺" * 60, "x" * 10_000, "-1",
    "9" * 400, "1e400", "NaN", "-0", "0.1 + 0.2", "0,10,20", "1.005", "٣", "²", "<script>", "%s{0}",
    "../../etc", "[]", '{"a": 1}', "null", "true", "prd_01M872SEVG2WKR6BMVE24VAZ1Q",
]  # fmt: skip
PRODUCT = {
    "title": "Vase", "description": "Tall", "tags": "a, b", "price": "28", "sku": "V", "stock": "3",
    "was": "3", "counted": "yes", "version": "1", "lead_time_days": "2", "max_quantity": "9",
    "low_stock_threshold": "1", "options.0.name": "Size", "options.0.values": "S\nL",
    "built": '[{"name": "Size", "values": ["S", "L"]}]', "variants.0.id": "",
    "variants.0.offered": "1", "variants.0.price": "28", "variants.0.sku": "S",
    "variants.0.stock": "1", "variants.0.was": "", "do": "save",
}  # fmt: skip
SECTIONS = {
    "ordering": {"ordering_enabled": "1", "closed_message": "Back soon"},
    "stock": {"low_stock_threshold": "3"},
    "look": {"brand_color": "#0f6b5c", "theme_mode": "auto", "radius": "8", "swatch": "#0f6b5c"},
    "shipping": {
        "option-0-id": "", "option-0-name": "Letter", "option-0-price": "3.90",
        "option-0-countries": "DE", "address_required": "1", "do": "",
    },
    "quotes": {
        "quotes_enabled": "1", "quote_materials": "PLA: Black, White\nPETG",
        "quote_expires_after_days": "14", "quote_deposit": "50", "quote_lead_time_days": "5",
        "quote_retention_days": "90", "max_upload": "100", "build_width": "250",
        "build_depth": "210", "build_height": "200",
    },
    "tax": {"tax_rate": "19", "tax_label": "VAT", "tax_included": "1"},
    "domains": {"allowed_domains": "shop.example"},
    "links": {"terms_url": "https://a.example/t", "privacy_url": "https://a.example/p"},
}  # fmt: skip
ENDPOINT = {
    "url": "https://93.184.215.14/", "which": "some", "events": "order.created",
    "description": "Printer", "key": "k",
}  # fmt: skip
OFFER = {
    "seen": "1", "lines.0.description": "Bracket", "lines.0.quantity": "4", "change": "1",
    "lines.0.unit_price": "15.75", "shipping": "5.90", "tax": "", "lead_time_days": "5",
    "deposit": "50", "expires_on": "", "message": "Soon", "do": "remove-0", "gone.at": "0",
    "gone.description": "Letter", "gone.quantity": "1", "gone.unit_price": "1", "gone.part": "0",
}  # fmt: skip
SUGGESTION = {
    **OFFER, "do": "use", "part.0.quantity": "4", "part.0.material": "PLA", "part.0.machine": "fdm",
    "part.0.grams": "24", "part.0.minutes": "2:10", "cost.setup": "1", "lines.0.part": "0",
    "was.0.description": "Nut", "was.0.quantity": "4", "was.0.unit_price": "1", "was.0.part": "0",
}  # fmt: skip
RATES = {
    "materials.0.name": "PLA", "materials.0.colors": "Black", "materials.0.density": "1.24",
    "materials.0.price_per_kg": "20", "materials.0.waste_bp": "5", "materials.0.was": "PLA",
    "machines.0.id": "fdm", "machines.0.name": "MK4", "machines.0.process": "fdm",
    "machines.0.rate": "2.50", "machines.0.build_volume_mm.0": "250", "machines.0.wall": "1.2",
    "machines.0.build_volume_mm.1": "210", "machines.0.build_volume_mm.2": "220",
    "machines.0.infill_bp": "20", "machines.0.start_seconds": "6",
    "machines.0.speeds.0.volume": "15", "machines.0.speeds.0.area": "400", "labour_rate": "25",
    "labour_seconds": "3", "setup": "8", "packing": "2", "failure_bp": "5", "margin_bp": "35",
    "margin_kind": "markup", "breaks.0.quantity": "10", "breaks.0.margin_bp": "30",
    "rush.0.days": "3", "rush.0.surcharge_bp": "30", "minimum": "15", "rounding": "50",
    "fee_bp": "1.5", "fee_fixed": "0.25",
    "seen": "0", "seen_offered": "x", "back": "", "do": "remove-materials-0",
    "gone": '{"name": "materials", "at": 0, "row": {"name": "ABS"}, "speeds": [{"volume": "1"}]}',
}  # fmt: skip
AUTOMATIC = {
    "seen": "1", "enabled": "1", "most": "200", "longest_mm": "200", "pieces": "20",
    "materials": "PLA", "with_words": "1", "shipping": "5.90",
}  # fmt: skip
COMPETITOR = {
    "variant_id": "var_0", "seller": "Kiln", "price": "24.50", "shipping": "3.90",
    "seen_at": "2026-11-26T10:42", "source": "web", "condition": "new", "country": "DE",
    "feedback_score": "12", "feedback_bp": "98.5", "url": "https://a.example/1", "consent": "1",
}  # fmt: skip
CARRIED = {"packed": "eJwDAAAAAAE=", "source": "list", "seen_at": "", "consent": "1", "key": "k"}
PRINTED = {"parts.0.grams": "96", "parts.0.time": "8:40", "parts.0.machine": "fdm"}
FIGURES = {
    "machine_id": "fdm", "material": "PLA", "volume": "12700", "area": "34000", "waste_bp": "500",
    "seen": "1", "undo": "1",
}  # fmt: skip
SECRET_KEY = {
    "name": "Label printer",
    "which": "some",
    "scopes": "orders:read",
    "expires": "on",
    "expires_on": "2030-01-04",
    "key": "",
}
PRICE_RULE = {
    "name": "Few left", "mode": "dry_run", "follows": "stock", "which": "some", "when": "times",
    "seen": "1", "timezone": "Europe/Berlin", "stock.bands.0.under": "3", "stock.bands.0.by": "10",
    "stock.bands.0.way": "more", "stock.rest.by": "5", "stock.rest.way": "less",
    "scope.tags": "vase", "scope.skus": "V", "scope.listing_ids": "lst_0",
    "scope.marketplaces": "storefront", "bounds.min": "5", "bounds.max": "90",
    "bounds.min_margin_percent": "20", "rounding.ending": "99", "rounding.direction": "down",
    "times.0.day": "fri", "times.0.since": "18:00", "times.0.to": "sun", "times.0.until": "22:00",
    "schedule.outside": "base", "schedule.starts_at": "2030-01-04T10:00",
    "guards.max_change_per_run_percent": "15", "guards.cooldown_minutes": "60",
    "guards.min_change": "0.50", "guards.price_war.max_drops": "3", "q": "vase", "do": "save",
}  # fmt: skip
FORMS: dict[str, dict[str, str]] = {
    "/console/agents/<agent_id>/pause": {"from": "list"},
    "/console/agents/<agent_id>/resume": {"from": "list"},
    "/console/agents/<agent_id>/run": {"from": "list"},
    "/console/agents/<agent_id>/timetable": {"how": "weekly", "at": "06:30", "day": "1"},
    "/console/developers/endpoints/new": ENDPOINT,
    "/console/developers/endpoints/<endpoint_id>": ENDPOINT,
    "/console/developers/endpoints/<endpoint_id>/pause": {},
    "/console/developers/endpoints/<endpoint_id>/resume": {},
    "/console/developers/endpoints/<endpoint_id>/test": {},
    "/console/developers/endpoints/<endpoint_id>/delete": {},
    "/console/developers/endpoints/<endpoint_id>/recover": {"since": "2026-11-26T10:42", "key": ""},
    "/console/developers/endpoints/<endpoint_id>/recover/missed": {"key": ""},
    "/console/developers/endpoints/<endpoint_id>/secret": {"keep": "86400", "key": ""},
    "/console/developers/endpoints/<endpoint_id>/secret/end": {},
    "/console/developers/deliveries/<delivery_id>/replays": {"key": ""},
    "/console/developers/events/test": {"to": "whk_0"},
    "/console/developers/replays": {"to": "whk_0", "since": "2026-11-26T10:42", "until": ""},
    "/console/developers/secret_keys/new": SECRET_KEY,
    "/console/developers/secret_keys/<key_id>/revoke": {},
    "/console/keys": {"single_keys": "1", "next_after_sending": "1"},
    "/console/listings/<listing_id>": {
        "price": "28",
        "min_price": "20",
        "max_price": "30",
        "was": "27",
        "version": "1",
    },
    "/console/listings/<listing_id>/again": {},
    "/console/listings/<listing_id>/end": {},
    "/console/listings/<listing_id>/pause": {},
    "/console/listings/<listing_id>/resume": {},
    "/console/mode": {"mode": "test"},
    "/console/orders/<order_id>/start": {"from": "list"},
    "/console/orders/<order_id>/ship": {"carrier": "DHL", "tracking_number": "1", "from": "list"},
    "/console/orders/<order_id>/notes": {"text": "Wrap it"},
    "/console/orders/<order_id>/refund": {"amount": "1", "note": "Chipped", "key": "", "seen": "0"},
    "/console/orders/<order_id>/cancel": {"paid": "1", "restock": "1", "key": ""},
    "/console/orders/<order_id>/settle": {},
    "/console/orders/<order_id>/printed": PRINTED,
    "/console/products/new": PRODUCT,
    "/console/products/<product_id>": PRODUCT,
    "/console/products/<product_id>/archive": {},
    "/console/products/<product_id>/restore": {},
    "/console/products/<product_id>/move": {"to": "up"},
    "/console/products/<product_id>/stock": {"variant_id": "", "stock": "3", "was": "3"},
    "/console/stock/<variant_id>/count": {"stock": "3", "was": "3", "note": "Shelf", "at": "stock"},
    "/console/stock/<variant_id>/receive": {"pieces": "2", "note": "Printed"},
    "/console/stock/<variant_id>/correct": {
        "pieces": "1",
        "way": "in",
        "reason": "found",
        "note": "Box",
    },
    "/console/stock_imports/new": {"file": ""},
    "/console/stock_imports/<import_id>/apply": {},
    "/console/stock_imports/<import_id>/discard": {},
    "/console/stock_imports/<import_id>/undo": {},
    "/console/stock_moves/<move_id>/undo": {"at": "stock"},
    "/console/products/<product_id>/images": {"alt": "A vase"},
    "/console/products/<product_id>/images/order": {"image": "", "to": "up"},
    "/console/products/<product_id>/images/<image_id>": {"alt": "A vase", "do": "save"},
    "/console/quotes/bulk": {
        "do": "decline",
        "quote": "qt_0",
        "reason": "Too big",
        "expires_on": "2030-01-04",
    },
    "/console/quotes/automatic": AUTOMATIC,
    "/console/quotes/automatic/preview": AUTOMATIC,
    "/console/quotes/accuracy": FIGURES,
    "/console/quotes/<quote_id>/cancel": {"reason": "Too big", "seen": "1"},
    "/console/quotes/<quote_id>/decline": {"reason": "Too big", "seen": "1"},
    "/console/quotes/<quote_id>/draft": {**OFFER, "text": "Which", "note": "Asks", "held": "0"},
    "/console/quotes/<quote_id>/draft/drop": {},
    "/console/quotes/<quote_id>/duplicate": {},
    "/console/quotes/<quote_id>/extend": {"expires_on": "2030-01-04", "seen": "1"},
    "/console/quotes/<quote_id>/messages": {"text": "Which grey?"},
    "/console/quotes/<quote_id>/notes": {"note": "Asks a lot"},
    "/console/quotes/<quote_id>/offer": SUGGESTION,
    "/console/quotes/<quote_id>/offer/lines": SUGGESTION,
    "/console/quotes/<quote_id>/offer/totals": OFFER,
    "/console/quotes/<quote_id>/read": {},
    "/console/quotes/<quote_id>/replies/<reply_id>": OFFER,
    "/console/quotes/<quote_id>/resend": {"seen": "1"},
    "/console/quotes/<quote_id>/settle": {},
    "/console/quotes/<quote_id>/suggestion": SUGGESTION,
    "/console/quotes/<quote_id>/unread": {},
    "/console/quotes/replies": {"title": "Grey", "text": "Which grey, {name}?", "quote": "1"},
    "/console/quotes/replies/new": {"text": "Which grey?"},
    "/console/quotes/replies/starters": {},
    "/console/quotes/replies/<reply_id>": {"title": "Grey", "text": "Which grey, {name}?"},
    "/console/quotes/replies/<reply_id>/delete": {},
    "/console/quotes/rates": RATES,
    "/console/quotes/rates/example": RATES,
    "/console/quotes/rates/rows": RATES,
    "/console/repricer/plan": {},
    "/console/repricer/changes/<change_id>/undo": {},
    "/console/repricer/runs/<run_id>/apply": {"seen": "chg_0", "change": "chg_0"},
    "/console/repricer/runs/<run_id>/leave": {},
    "/console/repricer/runs/<run_id>/undo": {},
    "/console/repricer/rules/listings": {"q": "vase", "scope.listing_ids": "lst_0"},
    "/console/repricer/rules/new": PRICE_RULE,
    "/console/repricer/rules/order": {"rule": "rule_0", "to": "up"},
    "/console/repricer/rules/preview": PRICE_RULE,
    "/console/repricer/rules/<rule_id>": PRICE_RULE,
    "/console/repricer/rules/<rule_id>/delete": {},
    "/console/repricer/rules/<rule_id>/preview": PRICE_RULE,
    "/console/repricer/rules/<rule_id>/switch": {"on": "1"},
    "/console/repricer/competitors": COMPETITOR,
    "/console/repricer/competitors/<price_id>": COMPETITOR,
    "/console/repricer/competitors/<price_id>/forget": {},
    "/console/repricer/competitors_import": {"file": "", "source": "list", "seen_at": ""},
    "/console/repricer/competitors_import/apply": CARRIED,
    "/console/repricer/competitors_import/report": CARRIED,
    "/console/settlements/<settlement_id>/accept": {"difference": "-30", "note": "Known"},
    "/console/settlements/<settlement_id>/accept/undo": {},
    "/console/settings/store": {"store": ""},
    "/console/settings/password": {"old": makers.PASSWORD, "new": "short"},
    **{f"/console/storefront/{name}": form for name, form in SECTIONS.items()},
    "/console/storefront/embedded": {},
    "/console/storefront/nonsense": {"a": "b"},
}


WRITTEN = {
    "sqlite": "PRAGMA data_version",
    "postgresql": "SELECT pg_snapshot_xmax(pg_current_snapshot())::text",
}


@pytest.fixture(autouse=True)
def unlimited() -> Iterator[None]:
    limiter.enabled = False
    yield
    limiter.enabled = True


@pytest.fixture
def ids(app: Flask, store: stores.Store) -> dict[str, str]:
    set_up_payments(store)
    costing.save(store, costing.starting(costing.Process.FDM, "EUR"))
    product = makers.product(store)
    order = place(store, product).order
    orders.follow(session(order))
    hook = events.add_endpoint(store.id, url=ENDPOINT["url"], types=["*"]).endpoint
    return {
        "agent_id": timed_agent(store),
        "quote_id": asked(store).id,
        "reply_id": quotes.save_reply(store.id, title="Grey", text="Which grey?").id,
        "product_id": product.id,
        "listing_id": listings.listed(store.id).data[0].listing.id,
        "order_id": order.id,
        "image_id": "img_0",
        "variant_id": product.variants[0].id,
        "move_id": counted(store, product).id,
        "import_id": brought(store, product).id,
        "endpoint_id": hook.id,
        "delivery_id": events.send_test(store.id, hook.id, mode="live").id,
        "key_id": stores.keys(store.id)[0].id,
        "settlement_id": settled(store, [line()], difference=-30).id,
        "price_id": price_seen(store, product).id,
        **planned(store),
    }


def timed_agent(store: stores.Store) -> str:
    """The id of the automation that has a timetable of its own."""
    found = agents.of_kind(store.id, agents.Kind.REPRICER)
    return found.id if found else ""


def counted(store: stores.Store, product: catalogue.Product) -> catalogue.Move:
    """What is recorded of a count of three."""
    for stock in (4, 3):
        catalogue.set_stock(store.id, product.variants[0].id, stock)
    return catalogue.moves(store.id).data[0]


def brought(store: stores.Store, product: catalogue.Product) -> catalogue.StockImport:
    """A file that would change the count of a product."""
    content = f"sku,variant_id,stock\n,{product.variants[0].id},9\n".encode()
    return catalogue.read_counts(store.id, "counts.csv", content)


def planned(store: stores.Store) -> dict[str, str]:
    """A rule for prices, and a plan by it."""
    rule = repricer.create_rule(
        store,
        {
            "name": "Few left",
            "currency": store.currency,
            "scope": {"all": True},
            "strategy": {"type": "fixed", "price": "29"},
            "bounds": {"min": "5", "max": "90"},
        },
    )
    run = repricer.plan(store, cause=repricer.Cause.MANUAL)
    change = repricer.first_changes(run)[0]
    return {"rule_id": rule.id, "run_id": run.id, "change_id": change.id}


def price_seen(store: stores.Store, product: catalogue.Product) -> repricer.CompetitorPrice:
    """What another seller asks for a product."""
    return repricer.note_price(
        store.id,
        variant_id=product.variants[0].id,
        seller="Kiln",
        price=2450,
        shipping=None,
        seen_at=now(),
        source="web",
    )


def address(path: str, ids: dict[str, str]) -> str:
    for name, value in ids.items():
        path = path.replace(f"<{name}>", value)
    return path


class Sender:
    """Sends forms; a refusal may have changed no row.

    The database says whether anything was written, so that all rows are read after that only.
    """

    def __init__(self, console: FlaskClient, watch: Connection) -> None:
        self.console, self.watch = console, watch
        self.written = self.rows = None

    def __call__(self, path: str, data: Any, **more: Any) -> int:
        written = self.look()
        if written != self.written:
            self.rows = self.everything()
        answer = self.console.post(path, data=data, **more)
        assert answer.status_code < 500, (path, data, answer.text[-2000:])
        self.written = self.look()
        if self.written != written:
            before, self.rows = self.rows, self.everything()
            assert answer.status_code < 400 or self.rows == before, (path, data)
        return answer.status_code

    def everything(self) -> dict[str, list[Any]]:
        """Give back all rows of all tables, asked for as directly as there is a way."""
        cursor, found = self.watch.connection.cursor(), {}
        for table in db.metadata.tables:
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608
            found[table] = sorted(cursor.fetchall(), key=repr)
        self.watch.connection.rollback()
        return found

    def look(self) -> Any:
        """Give back what is another after any write of any other connection."""
        found = self.watch.exec_driver_sql(WRITTEN[self.watch.dialect.name]).scalar_one()
        self.watch.rollback()
        return found


@pytest.fixture
def send(console: FlaskClient, ids: dict[str, str]) -> Iterator[Sender]:
    with db.engine.connect() as watch:
        yield Sender(console, watch)


def test_every_form_of_the_console_is_tried_here(app: Flask) -> None:
    own_pages = {"/console/integrations"}  # they read no field at all
    rules = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("console.") and "POST" in (rule.methods or ())
        if not any(rule.rule.startswith(path) for path in own_pages)
    }
    tried = {*FORMS, "/console/storefront/<name>"}
    assert rules - tried == set()


@pytest.mark.parametrize("path", FORMS)
def test_every_field_takes_every_text(send: Sender, ids: dict[str, str], path: str) -> None:
    there, form = address(path, ids), FORMS[path]
    for at, bad in enumerate(NASTY):
        names = list(form) or ["a"]
        send(there, dict.fromkeys(names, bad))
        send(there, {**form, names[at % len(names)]: bad})


@pytest.mark.parametrize("path", FORMS)
def test_forms_may_be_empty_doubled_or_none(send: Sender, ids: dict[str, str], path: str) -> None:
    there, form = address(path, ids), FORMS[path]
    send(there, {})
    send(there, MultiDict([*form.items(), *((name, "other") for name in form)]))
    send(there, {**form, "unknown": "field", "store_id": "x"}, headers=makers.HTMX)
    send(there, '{"title": 1}', content_type="application/json")
    send(there, b"--x\r\nbroken", content_type="multipart/form-data; boundary=x")
    torn = "&".join(f"{name}=%ED%A0%80%FF" for name in form)
    send(there, torn, content_type="application/x-www-form-urlencoded")
    files = {name: (BytesIO(b"not text"), "a.txt") for name in form or ["a"]}
    send(there, files, content_type="multipart/form-data")


def test_what_is_not_there_is_not_found(send: Sender, ids: dict[str, str]) -> None:
    for wrong in ("ord_0", "%00", "..", "x" * 300, "%ED%A0%80", "%F0%9F%8F%BA"):
        for path, form in FORMS.items():
            if "<" in path:
                there = address(path, dict.fromkeys(ids, wrong))
                assert send(there, form) in (301, 308, 400, 404, 405, 422), there


@pytest.mark.parametrize("path", ["/console/products/new", "/console/storefront/links", "/login"])
def test_ten_megabytes_are_too_many(send: Sender, path: str) -> None:
    assert send(path, {"title": "x" * 10_000_000, "email": "x"}) == 413


def test_another_shops_things_are_not_found(send: Sender) -> None:
    other = makers.person("other@shop.example")
    foreign = stores.open_store(other, name="Other", place=stores.Place("EUR")).store
    set_up_payments(foreign, "acct_other")
    product = makers.product(foreign)
    order = place(foreign, product).order
    hook = events.add_endpoint(foreign.id, url=ENDPOINT["url"], types=["*"]).endpoint
    there = {
        "agent_id": timed_agent(foreign),
        "quote_id": asked(foreign).id,
        "reply_id": quotes.save_reply(foreign.id, title="Grey", text="Which grey?").id,
        "product_id": product.id,
        "listing_id": listings.listed(foreign.id).data[0].listing.id,
        "order_id": order.id,
        "image_id": "img_0",
        "variant_id": product.variants[0].id,
        "move_id": counted(foreign, product).id,
        "import_id": brought(foreign, product).id,
        "endpoint_id": hook.id,
        "delivery_id": events.send_test(foreign.id, hook.id, mode="live").id,
        "key_id": stores.keys(foreign.id)[0].id,
        "settlement_id": settled(foreign, [line()], difference=-30).id,
        "price_id": price_seen(foreign, product).id,
        **planned(foreign),
    }
    for path, form in FORMS.items():
        if "<" in path:
            assert send(address(path, there), form) == 404, path
    fresh = catalogue.find(foreign.id, product.id)
    assert (fresh.title, fresh.variants[0].stock) == ("Ripple vase", 3)
