"""Lists as /v1 answers them: keyset pages, the newest first."""

from collections.abc import Callable
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, Field

from synqro.core.pages import Page
from synqro.web.inputs import StrictIn

T = TypeVar("T")


class ListIn(StrictIn):
    cursor: str | None = Field(None, max_length=500)
    limit: int = Field(25, ge=1, le=100)


class ListOut(BaseModel, Generic[T]):
    object: Literal["list"] = "list"
    data: list[T]
    has_more: bool
    next_cursor: str | None


def listed(page: Page[Any], show: Callable[[Any], Any] = lambda row: row) -> dict[str, Any]:
    """Give back what a ListOut reads from a page, each row as `show` gives it back."""
    return {
        "data": [show(row) for row in page.data],
        "has_more": page.has_more,
        "next_cursor": page.next_cursor,
    }
