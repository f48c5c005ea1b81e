"""The mails of a request that was answered by itself: one to the customer, one to the owners."""

from collections.abc import Callable

from synqro import mail, stores
from tests import makers
from tests.orders.shop import set_up_payments
from tests.quotes.at_once import SECRETS, asked, offer_of, switch_on
from tests.widget.quoting import answered, fresh


def written(store: stores.Store) -> dict[str, mail.Message]:
    found = {message.template: message for message in mail.of_stores([store.id])}
    assert all(message.status == "sent" for message in found.values())
    return found


def test_one_mail_each_with_the_price(store: stores.Store, run_jobs: Callable[[], int]) -> None:
    set_up_payments(store)
    switch_on(store)
    quote = asked(store, quantity=4)
    run_jobs()
    total = str(quote.money(offer_of(quote).total))
    found = written(store)
    assert set(found) == {"quotes/quoted", "quotes/new"}
    price, new = found["quotes/quoted"], found["quotes/new"]
    assert price.subject == f"Your price: {total} for 4 × part-0"
    assert (price.to, new.to) == (makers.BUYER["email"], makers.EMAIL)
    assert (new.subject or "").startswith("New request from ")
    said = f"Q-1001 was answered automatically, with {total}."
    for body in (new.text or "", new.html or ""):
        assert said in body and "open the quote and send another one" in body
        assert "Delivery" in body and "waits for your price" not in body
    assert "\n\n\n" not in (new.text or "")
    for message in found.values():
        assert not [word for word in SECRETS if word in (message.text or "") + (message.html or "")]


def test_the_owners_mail_is_true_when_it_is_written(
    store: stores.Store, run_jobs: Callable[[], int]
) -> None:
    set_up_payments(store)
    switch_on(store)
    answered(fresh(asked(store)))
    run_jobs()
    new = next(m for m in mail.of_stores([store.id]) if m.template == "quotes/new")
    assert "automatically" not in (new.text or "") and "It is Q-1001." in (new.text or "")
