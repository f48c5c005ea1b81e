"""`synqro check --ledger`: what does not fit is named, and nothing else is."""

import json

import pytest

from synqro import cli, orders
from synqro.catalogue import Hold
from synqro.config import Settings
from synqro.core import logs
from synqro.core.db import db, transaction
from synqro.orders import Entry, Order
from tests import makers
from tests.payments import moneybox
from tests.payments.till import checkout


@pytest.fixture
def product(shop):
    return makers.product(shop, stock=50)


@pytest.fixture
def check(app, settings: Settings, monkeypatch, capsys):
    """The command, as typed in a shell beside the running shop."""
    monkeypatch.setattr(logs, "configure", lambda: None)
    for name, value in {
        "SYNQRO_DATA_DIR": settings.data_dir,
        "SYNQRO_SECRET_KEY": settings.secret_key,
        "SYNQRO_CLOCK_FILE": settings.clock_file,
        "DATABASE_URL": settings.database.replace("postgresql+psycopg:", "postgresql:"),
        "REDIS_URL": settings.redis,
        "PORT": settings.port,
    }.items():
        monkeypatch.setenv(name, str(value))

    def run(*words: str) -> tuple[int, str]:
        capsys.readouterr()
        code = cli.main(["check", "--ledger", *words])
        out, err = capsys.readouterr()
        assert not err
        return code, out

    return run


def spoil(statement) -> None:
    with transaction():
        db.session.execute(statement)
    db.session.expire_all()


def wrong() -> list[str]:
    db.session.rollback()
    return [difference.words for difference in orders.audit()]


def test_a_sound_shop(shop, product, order, till, clock, check):
    clock.forward(5)
    orders.refund(shop.id, order.id, amount=1000, restock=True)
    orders.cancel(shop.id, moneybox.paid(till, shop, product).id)
    orders.refund(shop.id, moneybox.paid(till, shop, product).id)
    orders.cancel(shop.id, checkout(shop, product).id)
    checkout(shop, product)
    moneybox.dispute(till, moneybox.paid(till, shop, product))
    moneybox.look(till, clock)
    assert check() == (0, "No difference.\n")
    assert json.loads(check("--json")[1]) == {"differences": [], "not_compared": []}


def test_money_that_comes_once_all_was_given_back(shop, order):
    orders.refund(shop.id, order.id)
    orders.mark_paid(order.id, reference="pi_late", amount=order.total, currency=order.currency)
    assert orders.find(shop.id, order.id).payment_problem and wrong() == []


def test_a_payment_that_is_missing_here(order, check):
    spoil(db.delete(Entry).where(Entry.order_id == order.id))
    code, said = check()
    assert code == 1
    assert f"order {order.number} ({order.id}): It counts as paid" in said
    assert said.endswith("1 difference.\n")


def test_a_refund_of_the_dashboard_that_we_never_heard_of(order, till, check):
    till.deliver(never=True)
    moneybox.refund_at_stripe(order, 1000)
    code, said = check()
    assert code == 1
    assert "Stripe says -€10.00, the ledger nothing" in said
    assert check("--days", "0")[0] == 0


def test_an_amount_that_was_changed(order, check):
    spoil(db.update(Entry).where(Entry.kind == "payment").values(amount=5500))
    code, said = check()
    assert "Stripe says €56.00, the ledger €55.00" in said
    assert code == 1


def test_stripe_away(order, till, check):
    till.fault("server_error", "/v1", times=1000)
    code, said = check()
    assert (code, said.splitlines()[-1]) == (0, "No difference; 1 not compared.")
    assert f"not compared  order {order.number} ({order.id}): Stripe did not answer\n" in said
    unread = {"order_id": order.id, "number": order.number, "why": "Stripe did not answer"}
    assert json.loads(check("--json")[1])["not_compared"] == [unread]


def test_an_account_that_lets_us_in_no_more(order, till, check):
    till.ask(f"accounts/{order.session_account}/deauthorize")
    code, said = check()
    assert code == 0
    assert f"({order.id}): Stripe no longer lets us in to the account that was paid\n" in said


def test_a_payment_that_stripe_does_not_know(order, check):
    spoil(db.update(Entry).where(Entry.kind == "payment").values(reference="pi_other"))
    code, said = check()
    assert code == 1
    assert "Stripe knows no payment pi_other." in said


def test_days_are_a_number(check, capsys):
    with pytest.raises(SystemExit):
        check("--days", "many")
    assert "number of days" in capsys.readouterr().err


def test_rows_that_do_not_fit(shop, product, order, till):
    orders.refund(shop.id, order.id, amount=1000)
    assert wrong() == []
    spoil(db.update(Order).values(status="refunded"))
    assert wrong() == ["It counts as refunded, but €46.00 was never given back."]
    spoil(db.update(Order).values(status="expired"))
    assert wrong() == ["It counts as unpaid, but €56.00 was paid."]
    spoil(db.update(Order).values(status="paid"))
    spoil(db.update(orders.Refund).values(amount=900))
    assert sorted(line.split(" re_")[0] for line in wrong()) == ["Refund", "Refund"]
    spoil(db.update(orders.Refund).values(amount=1000))
    spoil(db.update(Hold).values(state="held", counted=0))
    assert len(wrong()) == 2
    spoil(db.update(Hold).values(state="released"))
    assert wrong() == ["It was paid, but its pieces are back on the shelf."]
    spoil(db.update(Hold).values(state="taken", returned=3))
    assert wrong() == ["More pieces were put back than it had taken."]
