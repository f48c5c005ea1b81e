"""Quotes: asked by a customer, answered by the merchant, accepted and paid in one step."""

from .accepting import accept
from .asking import price_at_once, request
from .at_a_glance import ever_asked, oldest_to_answer, with_problem
from .automatic import AutomaticOffer, ByHand, Stop, Why, automatic_offer, handled_by_person, newest
from .belonging import Belongings, belongings_of
from .box import MOST_COUNTED, Show, Waits, all_waiting, box
from .closing import afresh
from .counting import Answers, Band, Numbers, Tally, Week, numbers
from .drafting import Answering, answering, draft_of, drop_draft, keep_draft
from .duplicating import Duplicated, duplicate
from .ending import LONGEST_REASON, cancel, cancel_by_customer, decline, decline_by_customer
from .errors import (
    NothingToQuote,
    QuoteExpired,
    QuoteNotFound,
    QuoteNotOpen,
    QuotesClosed,
    ReplyNotFound,
    TooManyReplies,
    VersionStale,
)
from .following import follow_order
from .made import made
from .measuring import parts_of
from .models import (
    Draft,
    File,
    Happening,
    Message,
    Party,
    Quote,
    Reply,
    Status,
    TimelineKind,
    Version,
)
from .naming import headline
from .offering import extend, resend, send
from .pricing import price, wrong_with
from .queueing import Deed, next_to_answer, several, why_not
from .reading import (
    attached,
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
from .replying import (
    LONGEST_TITLE,
    MOST_REPLIES,
    PLACEHOLDERS,
    STARTERS,
    add_starters,
    filled,
    find_reply,
    remove_reply,
    replies,
    save_reply,
)
from .shapes import (
    Accepted,
    Asked,
    Attached,
    Can,
    Offer,
    OfferLine,
    Priced,
    Row,
    Similar,
    Wanted,
)
from .sifting import newest_first
from .similar import similar
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
from .suggesting import suggest
from .sweeping import clear, follow_up, stores_to_clear, stores_to_follow_up
from .talking import add_note, mark_read, mark_unread, reply, settle_problem, write
from .wire import as_wire
from .wishes import LONGEST_TEXT, MOST_FILES, MOST_PIECES, UNITS, Wish, wrong_in

__all__ = [
    "LONGEST_REASON", "LONGEST_TEXT", "LONGEST_TITLE", "MOST_COUNTED", "MOST_FILES", "MOST_PIECES",
    "MOST_REPLIES", "PLACEHOLDERS", "STARTERS", "UNITS", "Accepted", "Answering", "Answers",
    "Asked", "Attached", "AutomaticOffer", "Band", "Belongings", "ByHand", "Can", "Deed", "Draft",
    "Duplicated", "File", "Happening", "Message", "NothingToQuote", "Numbers", "Offer", "OfferLine",
    "Party", "Priced", "Quote", "QuoteExpired", "QuoteNotFound", "QuoteNotOpen", "QuotesClosed",
    "Reply", "ReplyNotFound", "Row", "Show", "Similar", "Status", "Stop", "Tally", "TimelineKind",
    "TooManyReplies", "Version", "VersionStale", "Waits", "Wanted", "Week", "Why", "Wish", "accept",
    "add_note", "add_starters", "afresh", "all_waiting", "amount_due", "answering", "as_wire",
    "attached", "automatic_offer", "belongings_of", "box", "by_token", "can", "can_cancel",
    "can_decline", "can_extend", "can_send", "cancel", "cancel_by_customer", "clear", "decline",
    "decline_by_customer", "display_number", "draft_of", "drop_draft", "duplicate", "ever_asked",
    "extend", "files", "filled", "find", "find_reply", "follow_order", "follow_up",
    "handled_by_person", "headline", "keep_draft", "lapsed", "link_token", "made", "mark_read",
    "mark_unread", "messages", "newest", "newest_first", "next_to_answer", "numbers", "offer_of",
    "oldest_to_answer", "order_of", "parts_of", "price", "price_at_once", "remove_reply", "replies",
    "reply", "request", "resend", "save_reply", "send", "settle_problem", "several", "similar",
    "stores_to_clear", "stores_to_follow_up", "suggest", "timeline", "versions", "why_not",
    "with_problem", "write", "wrong_in", "wrong_with",
]  # fmt: skip
