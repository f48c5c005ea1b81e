"""Why an order is refused."""

from synqro.core.errors import Conflict, Gone, NotFound


class OrderNotFound(NotFound):
    code = "not_found"


class StoreClosed(Conflict):
    """The merchant has switched ordering off."""

    code = "store_closed"


class PriceChanged(Conflict):
    """The total is not the one the buyer saw; `total` (major units) and `currency` say the new."""

    code = "price_changed"


class NotPayable(Conflict):
    """Nothing is due on this order."""

    code = "order_not_payable"


class OrderExpired(Gone):
    """It was not paid in time and its pieces went back on the shelf."""

    code = "order_expired"


class PaymentProcessing(Conflict):
    """The payment was made and the bank has not settled it yet."""

    code = "payment_processing"


class NotStartable(Conflict):
    code = "order_not_startable"


class NotShippable(Conflict):
    code = "order_not_shippable"


class NotCancellable(Conflict):
    """It has been shipped, is over, or was paid a moment ago."""

    code = "order_not_cancellable"


class NotRefundable(Conflict):
    """Nothing was paid, or nothing is left of it."""

    code = "order_not_refundable"


class RefundChanged(Conflict):
    """What can be refunded is not what the asker saw; `refundable` (major units) says the new."""

    code = "refund_changed"
