"""Stands on the PYTHONPATH of a shop: a name is public until the file TURNED is there.

What its owner does who changes the record between our check and our call.
"""

import os
import socket
from pathlib import Path
from typing import Any

NAME = "hooks.turning.example.com"
PUBLIC = "93.184.215.14"
TURNED = Path(os.environ["TURNED"])
getaddrinfo = socket.getaddrinfo


def _two_faced(host: Any, port: Any, *given: Any, **more: Any) -> Any:
    if host in (NAME, NAME.encode()):
        host = "127.0.0.1" if TURNED.exists() else PUBLIC
    return getaddrinfo(host, port, *given, **more)


socket.getaddrinfo = _two_faced
