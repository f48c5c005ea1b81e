"""The sandbox as a process of its own: started, stopped, killed, started again."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPException
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import stripe

from synqro.core.sandbox import sandbox_address, sandbox_secrets
from tests.makers import wait_for
from tests.sandbox.stage import SHOP, Hook, Json, Stage, listening, sdk

ROOT = Path(__file__).parents[2]
START = (
    "import sys; from pathlib import Path; from synqro import sandbox; "
    "from synqro.core import clock; clock.use_file(Path(sys.argv[1]) / 'clock'); "
    "sandbox.serve(data_dir=Path(sys.argv[1]), webhook_url=sys.argv[2], pages_url=sys.argv[3])"
)


@contextmanager
def process(folder: Path, hook: Hook) -> Iterator[tuple[Stage, "subprocess.Popen[bytes]"]]:
    before = sandbox_address(folder)
    command = [sys.executable, "-c", START, str(folder), hook.url, SHOP]
    child = subprocess.Popen(command, cwd=ROOT)
    try:
        address = wait_for(lambda: sandbox_address(folder) not in (None, before))
        address = sandbox_address(folder) or ""
        secrets = sandbox_secrets(folder)
        client = sdk(address, secrets.secret_key)
        yield Stage(address, secrets, hook, folder / "clock", client), child
    finally:
        child.kill()
        child.wait()


def test_nothing_is_lost_when_it_is_killed_at_work(tmp_path: Path):
    with listening() as hook:
        hook.status = 503  # the shop is down: no event can get through yet
        with process(tmp_path, hook) as (stage, child):
            account = stage.merchant()
            told = killed_at_work(stage, child, account)
        hook.arrived.clear()
        hook.status = 200
        with process(tmp_path, hook) as (stage, child):
            again = {k: stage.open(account, k, client_reference_id=k).id for k in told}
            assert again == told
            sessions = everything(stage, account)
            orders = [session["client_reference_id"] for session in sessions]
            assert len(orders) == len(set(orders)) >= len(told)
            paid = {s["id"] for s in sessions if s["payment_status"] == "paid"}
            assert paid and all(
                s["payment_intent"]["latest_charge"]["paid"] for s in sessions if s["id"] in paid
            )
            stage.forward(10)  # or it would wait as long as the hook has kept it waiting
            wait_for(lambda: heard_of(hook) == paid)
            child.terminate()
            assert child.wait(timeout=60) == 0


def killed_at_work(stage: Stage, child: "subprocess.Popen[bytes]", account: str) -> dict[str, str]:
    """Buy from four sides at once, pull the plug, and give back what had been answered."""
    told: dict[str, str] = {}

    def buy(side: int) -> None:
        with suppress(stripe.APIConnectionError, OSError, HTTPException):
            for n in count():
                key = f"ord_{side}_{n}:1"
                session = stage.open(account, key, client_reference_id=key)
                told[key] = session.id
                stage.press(session.id, "pay")

    buyers = [Thread(target=buy, args=(side,)) for side in range(4)]
    for buyer in buyers:
        buyer.start()
    wait_for(lambda: len(told) >= 12)
    os.kill(child.pid, signal.SIGKILL)
    for buyer in buyers:
        buyer.join()
    return told


def everything(stage: Stage, account: str) -> list[Json]:
    params: Any = {"limit": 100, "expand": ["data.payment_intent.latest_charge"]}
    options: Any = {"stripe_account": account}
    found = stage.client.v1.checkout.sessions.list(params, options)
    return [session.to_dict() for session in found.auto_paging_iter()]


def heard_of(hook: Hook) -> set[str]:
    """The sessions that the shop has been told are complete."""
    found = [json.loads(body) for *_, body in hook.arrived]
    return {
        event["data"]["object"]["id"]
        for event in found
        if event["type"] == "checkout.session.completed"
    }


def test_two_who_start_at_once_agree_on_the_secrets(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(sandbox_secrets, [tmp_path] * 16))
    assert len(found) == 1
    path = tmp_path / "sandbox" / "secrets.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["secrets.json"]
