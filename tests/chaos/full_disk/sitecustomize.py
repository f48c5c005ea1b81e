"""Stands on the PYTHONPATH of a shop: its database cannot grow while the file FULL is there.

`max_page_count` is a limit of each connection, so it is set at every BEGIN of a writer.
"""

import os
import sqlite3
from pathlib import Path
from typing import Any

FULL = Path(os.environ["FULL"])
UNLIMITED = 4_294_967_294
connect = sqlite3.connect


class _Cursor(sqlite3.Cursor):
    def execute(self, sql: str, *given: Any) -> sqlite3.Cursor:
        if sql == "BEGIN IMMEDIATE":
            # It is never set below the pages that are there: 1 means not one more.
            super().execute(f"PRAGMA max_page_count = {1 if FULL.exists() else UNLIMITED}")
        return super().execute(sql, *given)


class _Connection(sqlite3.Connection):
    def cursor(self, *_: Any) -> _Cursor:  # type: ignore[override]
        return super().cursor(_Cursor)


def _connect(database: Any, *given: Any, **more: Any) -> sqlite3.Connection:
    if Path(str(database)).name.startswith("synqro.db"):
        more["factory"] = _Connection
    return connect(database, *given, **more)


sqlite3.connect = sqlite3.dbapi2.connect = _connect
