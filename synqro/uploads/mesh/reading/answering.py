"""An order read from the caller's socket, and its answer: facts, then a picture.

Frames are four bytes of length and as many of content. The first one out is empty and says
that the work has begun; the facts follow as JSON, or {"refused": why}; then the facts with what
takes longer to see; then the picture as WebP. Time may be up after each of them.
"""

import json
import signal
import socket
import traceback
from pathlib import Path

from .corners import Source
from .errors import Unreadable
from .facts import Facts, look_closer, measure, open_mesh
from .picture import draw

PICTURE_SECONDS = 4
TOO_MUCH = "The file needs too much memory to be measured. Export it with fewer triangles."
UNKNOWN = "We could not read this file. Export it again, or as another type."


def answer(caller: socket.socket) -> None:
    """Measure the one file that the caller asks for."""
    send(caller, b"")
    order = json.loads(receive(caller))
    source, facts = _facts(Path(order["path"]), order["type"])
    _tell(caller, facts)
    if source:
        _tell(caller, _closer(source, facts))
        send(caller, _picture(source))


def _facts(path: Path, file_type: str) -> tuple[Source | None, Facts]:
    try:
        source, units = open_mesh(path, file_type)
        return source, {"format": file_type, "units": units} | measure(source)
    except Unreadable as refusal:
        return None, {"refused": str(refusal)}
    except MemoryError:
        return None, {"refused": TOO_MUCH}
    except Exception:
        traceback.print_exc()
        return None, {"refused": UNKNOWN}


def _closer(source: Source, facts: Facts) -> Facts:
    try:
        return look_closer(source, facts)
    except Exception:
        traceback.print_exc()
        return facts


def _tell(caller: socket.socket, facts: Facts) -> None:
    send(caller, json.dumps(facts).encode())


def send(to: socket.socket, content: bytes) -> None:
    to.sendall(len(content).to_bytes(4, "big") + content)


def receive(source: socket.socket) -> bytes:
    """Give back the next frame. Raises EOFError."""
    return _exactly(source, int.from_bytes(_exactly(source, 4), "big"))


def _exactly(source: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        more = source.recv(size - len(found))
        if not more:
            raise EOFError
        found += more
    return found


def _picture(source: Source) -> bytes:
    """Give back a picture, or nothing: a part without one is still a part."""
    signal.setitimer(signal.ITIMER_REAL, PICTURE_SECONDS)
    try:
        return draw(source)
    except Exception:
        traceback.print_exc()
        return b""
