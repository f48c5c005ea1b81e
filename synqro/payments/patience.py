"""How long Stripe is waited for, and by how many at once."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Condition, Lock, local
from time import monotonic
from typing import Any, cast

import requests
import stripe
from stripe import APIConnectionError, RequestsClient

CONNECT, READ = 3.0, 10.0  # seconds
TOTAL = 12.0  # seconds that a call may take, its repeats and the slowest body included
LEAST = 1.0  # seconds that a repeat needs, or it is not begun
PAUSE = 1.0  # seconds at most between two repeats
SLOW = 2.0  # seconds after which a call counts as slow
QUEUES = 5.0  # seconds that anybody waits for a place
SILENT = 3  # slow calls in a row without an answer, after which nobody asks for a while
QUIET = 30.0  # seconds
MOST_BYTES = 8 * 1024 * 1024
CONFLICT = 409

Answer = tuple[Any, int, Mapping[str, str] | None]


class Unanswered(APIConnectionError):
    """A call that was not begun, for others like it wait for an answer in vain."""

    def __init__(self, say: str) -> None:
        super().__init__(say)  # type: ignore[no-untyped-call]


class Places:
    """Room for so many calls at once, so that a slow Stripe cannot take every thread.

    In a rush callers wait for each other; once a call has turned slow nobody waits for it.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._begun: dict[object, float] = {}
        self._changed = Condition()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Take a place for the length of the block. Raises Unanswered where all stay."""
        mine = object()
        with self._changed:
            self._wait(monotonic() + QUEUES)
            self._begun[mine] = monotonic()
        try:
            yield
        finally:
            with self._changed:
                del self._begun[mine]
                self._changed.notify()

    def _wait(self, until: float) -> None:
        while len(self._begun) >= self._most:
            left = min(until, min(self._begun.values()) + SLOW) - monotonic()
            if left <= 0:
                raise Unanswered("Too many calls to Stripe are waiting for an answer.")
            self._changed.wait(left)


class Silence:
    """Knows that calls go unanswered: then all fail at once, but for one that tries."""

    def __init__(self) -> None:
        self._unanswered = 0
        self._until = 0.0
        self._lock = Lock()

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Watch one call. Raises Unanswered at once while nobody should ask."""
        begun = monotonic()
        with self._lock:
            if self._unanswered >= SILENT:
                if begun < self._until:
                    raise Unanswered("Stripe has not answered for a while.")
                self._until = begun + QUIET
        try:
            yield
        except APIConnectionError:
            if monotonic() - begun > SLOW:
                self._unanswered += 1
                self._until = monotonic() + QUIET
            raise
        self._unanswered = 0


class PatientClient(RequestsClient):
    """Stripe's client on `requests`, whose calls end, however slowly the answer drips in."""

    def __init__(self, places: Places, **how: Any) -> None:
        super().__init__(**how)
        self._places = places
        self._silence = Silence()
        self._mine = local()

    def request_with_retries(self, *args: Any, **more: Any) -> tuple[str, int, Mapping[str, str]]:
        with self._places.one(), self._silence.heard():
            self._mine.ends = monotonic() + TOTAL
            return super().request_with_retries(*args, **more)

    def request(  # type: ignore[override]
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        left = max(self._left(), LEAST)
        try:
            with self._session_of_thread().request(
                method,
                url,
                headers=headers,
                data=post_data,
                timeout=(min(CONNECT, left), min(READ, left)),
                verify=stripe.ca_bundle_path,
                proxies=cast(Any, self._proxy),
                stream=True,
                allow_redirects=False,
            ) as answer:
                return self._body(answer), answer.status_code, answer.headers
        except Exception as error:
            self._handle_request_error(error)

    def _should_retry(self, response: Answer | None, *args: Any) -> bool:
        if self._left() <= LEAST:
            return False
        return _still_runs(response) or super()._should_retry(response, *args)

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return min(PAUSE, super()._sleep_time_seconds(num_retries))

    def _left(self) -> float:
        ends: float = self._mine.ends
        return ends - monotonic()

    def _body(self, answer: requests.Response) -> bytes:
        found = bytearray()
        while chunk := answer.raw.read1(65536, decode_content=True):
            found += chunk
            if self._left() < 0:
                raise requests.exceptions.Timeout("the answer took too long")
            if len(found) > MOST_BYTES:
                raise requests.exceptions.ContentDecodingError("the answer is too large")
        return bytes(found)

    def _session_of_thread(self) -> requests.Session:
        if getattr(self._mine, "session", None) is None:
            self._mine.session = requests.Session()
        session: requests.Session = self._mine.session
        return session


def _still_runs(response: Answer | None) -> bool:
    """Whether the same call under the same idempotency key is at work: its answer will be ours.

    Source: Stripe's error `idempotency_key_in_use`, of the type `idempotency_error` in `/v2`.
    """
    return response is not None and response[1] == CONFLICT and b"idempotency_" in response[0]
