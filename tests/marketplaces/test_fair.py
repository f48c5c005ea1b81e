"""The conformance suite passes an adapter that is right, and catches each that is not."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from synqro.core.money import Money
from synqro.marketplaces import (
    Capability,
    CompetitorPrice,
    Cursor,
    Offer,
    PayoutLine,
    Pulled,
    PulledOrder,
    RateLimited,
    Receipt,
    Ref,
    Rejected,
    Shipment,
    Standing,
    Transient,
)
from tests.marketplaces.conformance import CHECKS, applying, failures
from tests.marketplaces.fair import FairAdapter, FairKit


def test_a_complete_marketplace_passes_every_check() -> None:
    assert applying(FairKit) == set(CHECKS)
    assert failures(FairKit) == {}


class CountsByDifference(FairAdapter):
    def push_stock(self, ref: Ref, quantity: int | None, key: str) -> None:
        there = self.ask("get_item", sku=ref.sku)["quantity"]
        super().push_stock(ref, there + (quantity or 0), key)


class ForgetsKeys(FairAdapter):
    def once(self, key: str, content: object, act: Callable[[], Receipt]) -> Receipt:
        self.memory[key] = {"content": content}
        return act()


class KeepsKeysInItsProcess(FairAdapter):
    def __init__(self, fair: Any, memory: Any) -> None:
        super().__init__(fair, {})


class BurnsKeys(FairAdapter):
    def once(self, key: str, content: object, act: Callable[[], Receipt]) -> Receipt:
        self.memory.setdefault(key, {"content": content, "receipt": Receipt("?")})
        if "acted" not in self.memory[key]:
            self.memory[key]["acted"] = True
            self.memory[key]["receipt"] = act()
        return super().once(key, content, act)


class TakesAKeyForAnything(FairAdapter):
    def once(self, key: str, content: object, act: Callable[[], Receipt]) -> Receipt:
        return super().once(key, None, act)


class ShipsAgainWithoutLooking(FairAdapter):
    def ship(self, shipment: Shipment, key: str) -> Receipt:
        self.memory[key].pop("before", None)
        return super().ship(shipment, key)


class TakesLikePartsForOne(FairAdapter):
    def push_shipment(self, shipment: Shipment, key: str) -> Receipt:
        return super().push_shipment(shipment, f"{shipment.order_id} {shipment.lines}")


class GoesOnBehindTheLast(FairAdapter):
    def next(self, rows: Any, since: Any, offset: int, last: Any, overlap: Any) -> Any:
        return super().next(rows, since, offset, last, timedelta(seconds=-1))


class EndsAfterAPage(FairAdapter):
    def next(self, *given: Any) -> Any:
        return super().next(*given)[0], False


class NeverEnds(FairAdapter):
    def next(self, *given: Any) -> Any:
        return super().next(*given)[0], True


class ReadsOrdersByTheirBeginning(FairAdapter):
    def order(self, row: dict[str, Any]) -> PulledOrder:
        return super().order(row | {"modified": row["created"]})


class ThinksThatAllMoneyHasCents(FairAdapter):
    def amount_out(self, money: Money) -> str:
        return f"{money.amount / 100:.2f}"


class ReadsMoneyAsFloats(FairAdapter):
    def amount(self, text: str) -> Money:
        exact = super().amount(text)
        return Money(int(float(text) * 100), exact.currency) if "." in text else exact


class CutsTitles(FairAdapter):
    def put(self, offer: Offer) -> Receipt:
        return super().put(Offer(**vars(offer) | {"title": offer.title[:5]}))


class ListsAgain(FairAdapter):
    def push_listing(self, offer: Offer, key: str) -> Receipt:
        self.fair.items.pop(offer.ref.sku, None)
        self.memory[f"again {len(self.memory)}"] = {}
        return Receipt(f"{self.put(offer).external_id}-{len(self.memory)}")


class BeginsAnewEachTime(FairAdapter):
    def next(self, rows: Any, since: Any, offset: int, last: Any, overlap: Any) -> Any:
        return super().next(rows, since, offset, last, timedelta(days=365))


class PushesAllButTheState(FairAdapter):
    def put(self, offer: Offer) -> Receipt:
        return super().put(Offer(**vars(offer) | {"standing": Standing.ON}))


class ChangesThePriceWithTheCount(FairAdapter):
    def set(self, ref: Ref, **facts: Any) -> Receipt:
        return super().set(ref, **({"quantity": 1} | facts))


class SaysNothingOfWhatItCannot(FairAdapter):
    capabilities = frozenset(Capability) - {Capability.COMPETITOR_PRICES}

    def competitor_prices(self, refs: Sequence[Ref]) -> Sequence[CompetitorPrice]:
        return []


class SwallowsSilence(FairAdapter):
    def set(self, ref: Ref, **facts: Any) -> Receipt:
        try:
            return super().set(ref, **facts)
        except Transient:
            return Receipt("?")


class KnowsOneErrorOnly(FairAdapter):
    def refuse(self, status: int, body: dict[str, Any]) -> None:
        raise Transient(body["message"])


class WaitsAsItLikes(FairAdapter):
    def refuse(self, status: int, body: dict[str, Any]) -> None:
        if status == 429:
            raise RateLimited(body["message"], retry_after=60)
        super().refuse(status, body)


class DoesNotSayWhatIsWrong(FairAdapter):
    def refuse(self, status: int, body: dict[str, Any]) -> None:
        if status == 400:
            raise Rejected(body["message"], code=body["code"])
        super().refuse(status, body)


class LetsItsOwnErrorsOut(FairAdapter):
    def ask(self, call: str, **facts: Any) -> Any:
        return self.fair.ask(call, **facts)


class ForgetsTheZone(FairAdapter):
    def time(self, text: str) -> Any:
        return super().time(text).replace(tzinfo=None)


class KeepsFractions(FairAdapter):
    def time(self, text: str) -> Any:
        return super().time(text).replace(microsecond=123_000)


class NeedsEverything(FairAdapter):
    def order(self, row: dict[str, Any]) -> PulledOrder:
        return super().order({**row, "buyer": row["buyer"]})


class TakesFeesForIncome(FairAdapter):
    def payout_line(self, row: dict[str, Any]) -> PayoutLine:
        return super().payout_line(row | {"fee": row["fee"].lstrip("-")})


class ForgetsPayoutsThatCameBack(FairAdapter):
    def pull_payouts(self, cursor: Cursor | None) -> Pulled[Any]:
        page = super().pull_payouts(cursor)
        _, offset, last = page.cursor.split()
        late = Cursor(f"{last} {offset} {last}")
        return page if page.more else Pulled(page.items, late, False)


class ShowsAllPricesThereAre(FairAdapter):
    def competitor_prices(self, refs: Sequence[Ref]) -> Sequence[CompetitorPrice]:
        every = {row["sku"] for row in self.fair.others}
        return super().competitor_prices([Ref(sku, sku) for sku in sorted(every)])


CAUGHT: dict[type[FairAdapter], str] = {
    CountsByDifference: "stock_is_a_number_never_a_difference",
    ForgetsKeys: "a_price_pushed_twice_acts_once",
    KeepsKeysInItsProcess: "a_price_pushed_twice_acts_once",
    BurnsKeys: "it_says_that_nothing_was_heard",
    TakesAKeyForAnything: "a_key_is_for_one_push",
    ShipsAgainWithoutLooking: "a_shipment_whose_answer_was_lost_is_one",
    TakesLikePartsForOne: "a_shipment_whose_answer_was_lost_is_one",
    GoesOnBehindTheLast: "no_order_is_lost_between_pages",
    EndsAfterAPage: "no_order_is_lost_between_pages",
    NeverEnds: "no_order_is_lost_between_pages",
    ReadsOrdersByTheirBeginning: "an_order_that_changed_comes_again",
    ThinksThatAllMoneyHasCents: "prices_are_exact_in_every_currency",
    ReadsMoneyAsFloats: "an_order_is_told_exactly",
    CutsTitles: "a_listing_stands_as_it_was_offered",
    ListsAgain: "a_listing_pushed_twice_is_one",
    BeginsAnewEachTime: "what_is_long_over_stays_behind",
    PushesAllButTheState: "a_listing_is_replaced_whole",
    ChangesThePriceWithTheCount: "prices_are_exact_in_every_currency",
    SaysNothingOfWhatItCannot: "what_it_cannot_do_it_says",
    SwallowsSilence: "it_says_that_nothing_was_heard",
    KnowsOneErrorOnly: "it_says_that_it_has_to_sign_in_again",
    WaitsAsItLikes: "it_says_how_long_to_wait",
    DoesNotSayWhatIsWrong: "it_says_what_is_refused",
    LetsItsOwnErrorsOut: "it_says_that_nothing_was_heard",
    ForgetsTheZone: "an_order_is_told_exactly",
    KeepsFractions: "an_order_is_told_exactly",
    NeedsEverything: "an_order_is_told_exactly",
    TakesFeesForIncome: "a_payout_is_told_exactly",
    ForgetsPayoutsThatCameBack: "a_payout_that_came_back_comes_again",
    ShowsAllPricesThereAre: "others_prices_are_those_of_what_was_asked",
}


@pytest.mark.parametrize(
    ("broken", "check"), CAUGHT.items(), ids=[kind.__name__ for kind in CAUGHT]
)
def test_each_defect_is_caught(broken: type[FairAdapter], check: str) -> None:
    found = failures(lambda currency: FairKit(currency, broken))
    assert check in found, sorted(found)


def test_every_check_catches_something() -> None:
    caught: set[str] = set()
    for broken in CAUGHT:
        caught |= failures(lambda currency, broken=broken: FairKit(currency, broken)).keys()
    assert set(CHECKS) - caught == set()
