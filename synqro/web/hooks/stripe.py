"""/hooks/stripe: Stripe tells what happened. Answered at once, worked on later."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger

from synqro import payments
from synqro.web.hooks.blueprint import bp

log = get_logger()
MOST_BYTES = 512 * 1024


@bp.post("/stripe")
def take_snapshot_event() -> ResponseReturnValue:
    return _take(thin=False)


@bp.post("/stripe/v2")
def take_thin_event() -> ResponseReturnValue:
    return _take(thin=True)


def _take(*, thin: bool) -> ResponseReturnValue:
    if (request.content_length or 0) > MOST_BYTES:
        return _no(413, "body_too_large", "An event is at most half a megabyte.")
    request.max_content_length = MOST_BYTES
    raw = request.get_data(cache=False)
    try:
        payments.receive(raw, request.headers.get("Stripe-Signature", ""), thin=thin)
    except (payments.BadSignature, payments.BadEvent) as error:
        return _no(400, error.code, str(error))
    except SQLAlchemyError:  # Stripe asks again, and then we may be able to write
        log.exception("an event could not be stored")
        return _no(503, "unavailable", "The event could not be stored. Send it again.")
    return jsonify(received=True)


def _no(status: int, code: str, message: str) -> ResponseReturnValue:
    return jsonify(error={"code": code, "message": message}), status
