"""Security headers on every answer: strict for the API and pages, each kind with its own policy."""

from http import HTTPStatus

from flask import Flask, Response, request

from comments_service.settings import Settings

API_POLICY = "default-src 'none'; frame-ancestors 'none'"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types desk"
)
ONE_YEAR = 31_536_000


def init_app(app: Flask, settings: Settings) -> None:
    app.after_request(_secure)
    if settings.public_url.startswith("https:"):
        app.after_request(_keep_secure)


def _keep_secure(answer: Response) -> Response:
    """Of this host alone: its neighbours and its preloading are its owner's business."""
    answer.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
    return answer


def _secure(answer: Response) -> Response:
    headers = answer.headers
    if answer.status_code == HTTPStatus.NOT_MODIFIED:
        return answer  # what is kept has them (RFC 9110 15.4.5)
    headers["X-Content-Type-Options"] = "nosniff"
    if request.path.startswith(("/api/", "/feed.", "/embed.js", "/embed/")):
        headers.setdefault("Content-Security-Policy", API_POLICY)
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        headers["Referrer-Policy"] = "no-referrer"
        return answer
    headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    headers.setdefault("Cache-Control", "no-store")
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
    headers["Referrer-Policy"] = "same-origin"
    headers["X-Frame-Options"] = "DENY"
    return answer
