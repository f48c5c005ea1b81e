"""The sandbox as a process of its own: started, stopped, killed, started again."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from synqro.core.sandbox import sandbox_address, sandbox_secrets
from tests.makers import wait_for
from tests.sandbox.stage import SHOP, Hook, Stage, listening, sdk

ROOT = Path(__file__).parents[2]
START = (
    "import sys; from pathlib import Path; from synqro import sandbox; "
    "sandbox.serve(data_dir=Path(sys.argv[1]), webhook_url=sys.argv[2], pages_url=sys.argv[3])"
)


@contextmanager
def process(folder: Path, hook: Hook) -> Iterator[tuple[Stage, "subprocess.Popen[bytes]"]]:
    before = sandbox_address(folder)
    command = [sys.executable, "-c", START, str(folder), hook.url, SHOP]
    child = subprocess.Popen(command, cwd=ROOT)
    try:
        address = wait_for(lambda: sandbox_address(folder) not in (None, before), 20)
        address = sandbox_address(folder) or ""
        secrets = sandbox_secrets(folder)
        client = sdk(address, secrets.secret_key)
        yield Stage(address, secrets, hook, folder / "clock", client), child
    finally:
        child.kill()
        child.wait()


def test_nothing_is_lost_when_it_is_killed(tmp_path: Path):
    with listening() as hook:
        hook.status = 503  # the shop is down: no event can get through yet
        with process(tmp_path, hook) as (stage, child):
            account = stage.merchant()
            paid, opened = stage.open(account, "ord_1:1"), stage.open(account, "ord_2:1")
            stage.press(paid.id, "pay")
            os.kill(child.pid, signal.SIGKILL)
            child.wait()
        hook.arrived.clear()
        hook.status = 200
        with process(tmp_path, hook) as (stage, child):
            assert stage.read(account, paid.id).payment_status == "paid"
            assert stage.open(account, "ord_1:1").id == paid.id
            assert stage.press(opened.id, "pay")["payment_status"] == "paid"
            wait_for(lambda: hook.types("checkout") == ["checkout.session.completed"] * 2)
            child.terminate()
            assert child.wait(timeout=5) == 0


def test_two_who_start_at_once_agree_on_the_secrets(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(sandbox_secrets, [tmp_path] * 16))
    assert len(found) == 1
    path = tmp_path / "sandbox" / "secrets.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["secrets.json"]
