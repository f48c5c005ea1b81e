"""The least price that leaves a margin once tax, the payment and the making are paid. Pure."""

from synqro.core.dividing import up
from synqro.costing.fees import Fees
from synqro.costing.weighing import ALL


def least_price(
    cost: int, margin_bp: int, fees: Fees, tax_bp: int, tax_included: bool
) -> int | None:
    """Give back the least price p with net(p) - fees(gross(p)) - cost >= margin of net(p), exactly.

    Net is p without the tax in it, gross what the customer pays for it: p and the tax where that
    comes on top. None where no price leaves so much. Amounts are minor units.
    """
    kept = (ALL - margin_bp) * ALL - fees.bp * (ALL + tax_bp)
    if kept <= 0:
        return None
    of_price = ALL + tax_bp if tax_included else ALL
    return up((cost + fees.fixed) * ALL * of_price, kept)
