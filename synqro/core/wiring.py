"""What create_app plugged in: settings, queue, storage, by name."""

from typing import Any, cast

from flask import current_app

from synqro.config import Settings


def plugged(name: str) -> Any:
    return current_app.extensions[name]


def settings() -> Settings:
    """Give back the settings this process was started with."""
    return cast(Settings, plugged("settings"))
