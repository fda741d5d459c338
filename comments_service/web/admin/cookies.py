"""The desk's cookies: for it alone, unseen by scripts, with flags that follow the public URL."""

from urllib.parse import urlsplit

from flask import request
from werkzeug.wrappers import Response

from comments_service import settings


def given(name: str) -> str:
    """What this browser was given under this name; empty when it has none."""
    return request.cookies.get(_flags(name)[0], "")


def give(answer: Response, name: str, value: str, *, seconds: int) -> None:
    full, path, secure = _flags(name)
    answer.set_cookie(
        full, value, max_age=seconds, path=path, secure=secure, httponly=True, samesite="Lax"
    )


def take(answer: Response, name: str) -> None:
    full, path, secure = _flags(name)
    answer.delete_cookie(full, path=path, secure=secure, httponly=True, samesite="Lax")


def _flags(name: str) -> tuple[str, str, bool]:
    """Name, path and whether it is for https alone. A `__Host-` cookie can't have a sub-path."""
    parts = urlsplit(settings.current().public_url)
    secure, prefix = parts.scheme == "https", parts.path.rstrip("/")
    if secure and not prefix:
        return f"__Host-{name}", "/", True
    return f"__Secure-{name}" if secure else name, f"{prefix}/admin", secure
