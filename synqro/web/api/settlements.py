"""/v1/settlements: what was paid out, and what each payout is made of, line by line."""

from typing import Any, Literal

from flask import g
from pydantic import BaseModel, ConfigDict, Field

from synqro import settlements
from synqro.core.pages import InvalidCursor
from synqro.settlements import LineType, Reconciliation, SettlementNotFound, Source, Status
from synqro.web.amounts import AmountOut
from synqro.web.api.blueprint import bp
from synqro.web.api.lists import ListIn, ListOut, listed
from synqro.web.contract import operation
from synqro.web.times import TimeOut


class SettlementsIn(ListIn):
    status: Status | None = None


class PeriodOut(BaseModel):
    """When the money of its first and of its last line moved."""

    model_config = ConfigDict(serialize_by_alias=True)

    since: TimeOut | None = Field(alias="from")
    until: TimeOut | None = Field(alias="to")


class TotalsOut(BaseModel):
    """The lines' sums by what they are, money out being negative: with `difference` they add up
    to `net`, which is what arrives.
    """

    gross_sales: AmountOut
    refunds: AmountOut
    fees: AmountOut
    labels: AmountOut
    disputes: AmountOut
    adjustments: AmountOut
    tax_withheld: AmountOut
    reserve: AmountOut
    payout_fee: AmountOut
    net: AmountOut


class CountsOut(BaseModel):
    orders: int
    lines: int


class ReconciliationOut(BaseModel):
    """Whether the lines explain the payout. `difference` is what arrives less what they add up
    to, and nothing is ever put in to make it 0; `unmatched_lines` have no order where they
    should have one.
    """

    status: Reconciliation
    difference: AmountOut
    unmatched_lines: int
    checked_at: TimeOut | None


class SettlementOut(BaseModel):
    """A payout. One that `failed` was sent back by the bank, even after it was paid: its money
    comes with a later one.
    """

    id: str
    object: Literal["settlement"]
    source: Source = Field(description="Who paid out.")
    external_payout_id: str = Field(description="Its id there.")
    status: Status
    currency: str
    period: PeriodOut
    initiated_at: TimeOut | None
    arrival_date: str | None = Field(description="The day on which it is at the bank.")
    bank_reference: str | None = Field(description="What the bank's statement calls it.")
    destination_last4: str | None = Field(description="How the number of the account ends.")
    totals: TotalsOut
    counts: CountsOut
    reconciliation: ReconciliationOut
    lines_url: str


class FeeDetailOut(BaseModel):
    """A part of a line's `fee`, signed as that is."""

    type: str
    amount: AmountOut


class SettlementLineOut(BaseModel):
    """A movement of money that the payout holds: `gross` and `fee` make `net`, and money out is
    negative.
    """

    id: str
    type: LineType
    order_id: str | None = Field(description="Of our order, if it belongs to one.")
    external_order_id: str | None = Field(description="What the marketplace calls that order.")
    external_id: str = Field(description="The movement's id with who paid out.")
    gross: AmountOut
    fee: AmountOut
    net: AmountOut
    fee_details: list[FeeDetailOut]
    occurred_at: TimeOut
    description: str
    tax_collected_by_marketplace: AmountOut = Field(
        description="Tax that the marketplace took and pays itself: shown, never counted."
    )


@bp.get("/settlements")
@operation(
    scope="settlements:read",
    query=SettlementsIn,
    out=ListOut[SettlementOut],
    raises=(InvalidCursor,),
)
def list_settlements(query: SettlementsIn) -> dict[str, Any]:
    """List what was paid out, the newest payout first.

    A payout has its place by when it was begun, so one that is read late, as on connecting,
    comes in where it belongs.
    """
    page = settlements.listed(g.store.id, **query.model_dump())
    return listed(page, settlements.as_wire)


@bp.get("/settlements/<settlement_id>")
@operation(scope="settlements:read", out=SettlementOut, raises=(SettlementNotFound,))
def get_settlement(settlement_id: str) -> dict[str, Any]:
    """Show one settlement, without its lines."""
    return settlements.as_wire(settlements.find(g.store.id, settlement_id))


@bp.get("/settlements/<settlement_id>/lines")
@operation(
    scope="settlements:read",
    query=ListIn,
    out=ListOut[SettlementLineOut],
    raises=(SettlementNotFound, InvalidCursor),
)
def list_lines(settlement_id: str, query: ListIn) -> dict[str, Any]:
    """List the lines of a settlement, in the order in which the payout tells them.

    There are none before its status is `completed`.
    """
    found = settlements.find(g.store.id, settlement_id)
    page = settlements.lines(g.store.id, found.id, **query.model_dump())
    return listed(page, lambda line: settlements.line_as_wire(line, found.currency))
