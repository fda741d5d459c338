"""Answers as the contract shapes them, for what a test can't make the real service say."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Request, Route

HEADERS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Retry-After"}


def fulfill(route: Route, content: Any, *, status: int = 200, **headers: str) -> None:
    """Answer a request of the widget, and the preflight in front of it."""
    if route.request.method == "OPTIONS":
        route.fallback()
        return
    route.fulfill(
        status=status,
        headers=HEADERS | {name.replace("_", "-"): value for name, value in headers.items()},
        content_type="application/json",
        body=json.dumps(content),
    )


def keep_in(held: list[Route]) -> Callable[[Route], None]:
    """Holds answers back; Playwright takes no bound method of a list."""

    def keep(route: Route) -> None:
        held.append(route)

    return keep


def sent_by(request: Request) -> dict[str, Any]:
    return json.loads(request.post_data or "{}")


def comment(number: int, body_html: str | None, **more: Any) -> dict[str, Any]:
    """An approved comment; without a body, a tombstone."""
    author = {"name": f"Reader {number}", "website": None, "avatar": None, "badge": None}
    standard: dict[str, Any] = {
        "id": str(number),
        "parent_id": None,
        "root_id": str(number),
        "depth": 0,
        "author": author if body_html else None,
        "body_html": body_html,
        "created_at": "2026-01-01T12:00:00Z",
        "edited_at": None,
        "state": "approved" if body_html else "removed",
        "pinned": False,
        "votes": {"up": 0, "down": 0},
        "reply_count": 0,
        "replies": [],
        "replies_cursor": None,
    }
    return standard | more


def thread(*comments: dict[str, Any], state: str = "open", **rules: Any) -> dict[str, Any]:
    standard = {
        "max_length": 10_000,
        "edit_seconds": 900,
        "email": "optional",
        "website": False,
        "votes": "up",
        "notify": True,
        "consent_text": None,
        "house_rules": None,
        "moderation": "newcomers",
    }
    facts = {"url": "http://127.0.0.1/", "title": None, "state": state, "count": len(comments)}
    return {
        "thread": {**facts, "rules": standard | rules},
        "comments": list(comments),
        "next_cursor": None,
    }
