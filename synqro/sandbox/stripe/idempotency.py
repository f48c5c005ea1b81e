"""`Idempotency-Key`: the first answer again, and never two of the same at once."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from synqro.sandbox.stripe.books import Books, Json
from synqro.sandbox.stripe.refusals import Refused

KEPT_FOR = 24 * 3600  # seconds


class Claims:
    """The keys whose requests are running. In memory: a process that dies runs nothing."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._running: set[tuple[str, str]] = set()

    @contextmanager
    def claim(self, account: str, key: str) -> Iterator[None]:
        """Hold a key while its request runs. Raises Refused where one runs already."""
        with self._lock:
            if (account, key) in self._running:
                raise Refused(
                    "There is currently another in-progress request using this Idempotent Key "
                    f"({key}). Please try again later.",
                    status=409,
                    kind="idempotency_error",
                    code="idempotency_key_in_use",
                )
            self._running.add((account, key))
        try:
            yield
        finally:
            with self._lock:
                self._running.discard((account, key))


def fingerprint(method: str, path: str, raw: Json) -> str:
    """Tell two requests apart by what they ask."""
    said = json.dumps([method, path, raw], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def kept_answer(books: Books, account: str, key: str, asked: str) -> tuple[Json, str] | None:
    """Give back the first answer and its request id. Raises Refused for another question."""
    row = books.connection.execute(
        "SELECT asked, body, request_id FROM answers WHERE account = ? AND key = ? AND created > ?",
        (account, key, books.moment - KEPT_FOR),
    ).fetchone()
    if row is None:
        return None
    if row[0] != asked:
        raise Refused(
            "Keys for idempotent requests can only be used with the same parameters they were "
            f"first used with. Try using a key other than '{key}' if you meant to execute a "
            "different request.",
            kind="idempotency_error",
        )
    return json.loads(row[1]), row[2]


def forget_answers(books: Books) -> None:
    """Drop the answers that nobody may ask for any more."""
    books.connection.execute("DELETE FROM answers WHERE created <= ?", (books.moment - KEPT_FOR,))


def keep_answer(books: Books, account: str, key: str, asked: str, body: Json) -> None:
    """Keep an answer in the same transaction as the change that it tells of."""
    books.connection.execute(
        "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?)",
        (account, key, asked, json.dumps(body), books.cause.request_id, books.moment),
    )
