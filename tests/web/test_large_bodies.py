"""However many large bodies arrive, somebody is left to answer the others."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import pytest
from flask import Flask, request

from synqro import create_app
from synqro.config import Settings
from tests.databases import forget


@pytest.fixture
def narrow(settings: Settings) -> Iterator[Flask]:
    """An app with four threads to a process."""
    settings.web_threads = 4
    app = create_app(settings)
    yield app
    forget(app)


def test_only_half_of_the_threads_take_large_bodies(narrow: Flask) -> None:
    inside, go_on = Semaphore(0), Event()

    def upload() -> str:
        inside.release()
        go_on.wait(60)
        return str(len(request.get_data()))

    narrow.add_url_rule("/v1/upload", view_func=upload, methods=["POST"])

    def send(size: int) -> int:
        answer = narrow.test_client().post("/v1/upload", data=b"x" * size)
        if answer.status_code == 503:
            assert answer.headers["Retry-After"] == "1"
            assert answer.get_json()["error"]["code"] == "unavailable"
        return answer.status_code

    with ThreadPoolExecutor(6) as pool:
        under_way = [pool.submit(send, 100_000) for _ in range(2)]
        assert inside.acquire(timeout=60) and inside.acquire(timeout=60)
        refused = send(100_000)
        small = pool.submit(send, 1000)
        go_on.set()
        assert [task.result() for task in under_way] == [200, 200]
        assert (refused, small.result()) == (503, 200)
    assert send(100_000) == 200
