"""Two small files beside the data: the sandbox's secrets, and where it listens.

Both sides of the wire read them here, so that neither has to import the other.
"""

import json
import os
import secrets
import string
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True)
class SandboxSecrets:
    secret_key: str
    webhook_secret: str
    webhook_secret_v2: str


def sandbox_dir(data_dir: Path) -> Path:
    """Give back the sandbox's own folder, made where it is missing."""
    folder = data_dir / "sandbox"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def sandbox_secrets(data_dir: Path) -> SandboxSecrets:
    """Read the sandbox's secrets; the first caller makes them, once and for all."""
    path = sandbox_dir(data_dir) / "secrets.json"
    if not path.exists():
        made = SandboxSecrets(
            secret_key=f"sk_test_sandbox_{_random(32)}",
            webhook_secret=f"whsec_{_random(32)}",
            webhook_secret_v2=f"whsec_{_random(32)}",
        )
        fresh = _write_beside(path, json.dumps(asdict(made)))
        # A link fails where the name exists: of two who race, the first one wins.
        with suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    return SandboxSecrets(**json.loads(path.read_text()))


def sandbox_address(data_dir: Path) -> str | None:
    """Give back the base address of the running sandbox, None before its first start."""
    try:
        return (data_dir / "sandbox" / "address").read_text().strip() or None
    except FileNotFoundError:
        return None


def write_sandbox_address(data_dir: Path, address: str) -> None:
    """Say where the sandbox listens. Readers see the old address or the new, never half."""
    path = sandbox_dir(data_dir) / "address"
    _write_beside(path, address + "\n").replace(path)


def _write_beside(path: Path, text: str) -> Path:
    fresh = path.with_name(f".{path.name}.{_random(12)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return fresh


def _random(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))
