"""Was this webhook sent by Synqro, and just now? Python 3.9 or newer, no package."""

import base64
import hmac
import time

TOLERANCE = 300  # seconds


def verify(secret, headers, body):
    """Say whether `body`, the raw bytes, was signed with `secret` in the last five minutes."""
    event_id = headers.get("webhook-id", "")
    sent_at = headers.get("webhook-timestamp", "")
    try:
        age = abs(time.time() - int(sent_at))
    except ValueError:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{event_id}.{sent_at}.".encode() + body
    expected = b"v1," + base64.b64encode(hmac.digest(key, signed, "sha256"))
    sent = headers.get("webhook-signature", "").encode().split()
    # Two signatures stand there while a secret is being replaced: one good one is enough.
    return age <= TOLERANCE and any(hmac.compare_digest(expected, one) for one in sent)
