"""Quotes: asked by a customer, answered by the merchant, accepted and paid in one step."""

from .accepting import accept
from .asking import price_at_once, request
from .automatic import AutomaticOffer, ByHand, Stop, Why, automatic_offer, handled_by_person, newest
from .box import MOST_COUNTED, Show, all_waiting, box
from .closing import afresh
from .counting import Answers, Band, Numbers, Tally, Week, numbers
from .ending import LONGEST_REASON, cancel, cancel_by_customer, decline, decline_by_customer
from .errors import (
    NothingToQuote,
    QuoteExpired,
    QuoteNotFound,
    QuoteNotOpen,
    QuotesClosed,
    VersionStale,
)
from .following import follow_order
from .lapsing import expire_due, let_files_go, remind_due
from .made import made
from .measuring import parts_of
from .models import File, Happening, Message, Party, Quote, Status, TimelineKind, Version
from .naming import headline
from .offering import extend, resend, send
from .pricing import price, wrong_with
from .queueing import Deed, next_to_answer, several, why_not
from .reading import (
    by_token,
    display_number,
    files,
    find,
    link_token,
    messages,
    offer_of,
    timeline,
    versions,
)
from .shapes import Accepted, Asked, Attached, Can, Offer, OfferLine, Priced, Row, Wanted
from .standing import (
    amount_due,
    can,
    can_cancel,
    can_decline,
    can_extend,
    can_send,
    lapsed,
    order_of,
)
from .suggesting import days_left, suggest
from .talking import add_note, mark_read, mark_unread, reply, settle_problem, write
from .wire import as_wire
from .wishes import LONGEST_TEXT, MOST_FILES, MOST_PIECES, UNITS, Wish, wrong_in

__all__ = [
    "LONGEST_REASON", "LONGEST_TEXT", "MOST_COUNTED", "MOST_FILES", "MOST_PIECES", "UNITS",
    "Accepted", "Answers", "Asked", "Attached", "AutomaticOffer", "Band", "ByHand", "Can", "Deed",
    "File", "Happening", "Message", "NothingToQuote", "Numbers", "Offer", "OfferLine", "Party",
    "Priced", "Quote", "QuoteExpired", "QuoteNotFound", "QuoteNotOpen", "QuotesClosed", "Row",
    "Show", "Status", "Stop", "Tally", "TimelineKind", "Version", "VersionStale", "Wanted", "Week",
    "Why", "Wish", "accept", "add_note", "afresh", "all_waiting", "amount_due", "as_wire",
    "automatic_offer", "box", "by_token", "can", "can_cancel", "can_decline", "can_extend",
    "can_send", "cancel", "cancel_by_customer", "days_left", "decline", "decline_by_customer",
    "display_number", "expire_due", "extend", "files", "find", "follow_order", "handled_by_person",
    "headline", "lapsed", "let_files_go", "link_token", "made", "mark_read", "mark_unread",
    "messages", "newest", "next_to_answer", "numbers", "offer_of", "order_of", "parts_of", "price",
    "price_at_once", "remind_due", "reply", "request", "resend", "send", "settle_problem",
    "several", "suggest", "timeline", "versions", "why_not", "write", "wrong_in", "wrong_with",
]  # fmt: skip
