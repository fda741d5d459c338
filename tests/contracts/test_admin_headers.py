"""Every answer of the desk is under the strict policy, and no template needs it relaxed."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from comments_service.web.headers import PAGE_POLICY
from tests.contracts import repository
from tests.contracts.test_admin_guard import routes
from tests.web.admin.desk import OWN, signed_in

TEMPLATES = repository.PACKAGE / "templates" / "admin"
STRICT = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types desk",
}
HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
INLINE = re.compile(r'<script(?![^>]*\bsrc=)|<style|\sstyle=["\']|\son[a-z]+=["\']|javascript:')


@pytest.fixture(params=["signed in", "not"])
def browser(request: pytest.FixtureRequest, app: Flask) -> FlaskClient:
    return signed_in(app).client if request.param == "signed in" else app.test_client()


def test_the_policy_is_strict() -> None:
    assert {rule.strip() for rule in PAGE_POLICY.split(";")} == STRICT


def test_every_answer_of_the_desk_has_the_strict_headers(app: Flask, browser: FlaskClient) -> None:
    for method, path in routes(app):
        if path.endswith(("/sign-out", "/end-others")):
            continue
        answer = browser.open(path, method=method, headers=OWN)
        assert answer.status_code < 500, f"{method} {path}"
        found = {name: answer.headers.get(name) for name in HEADERS}
        assert found == HEADERS, f"{method} {path}"
        assert "=()" in answer.headers["Permissions-Policy"], f"{method} {path}"
        assert answer.content_type == "text/html; charset=utf-8", f"{method} {path}"


def test_no_template_of_the_desk_has_inline_script_or_style() -> None:
    found = {
        path.name: INLINE.findall(path.read_text(encoding="utf-8"))
        for path in TEMPLATES.iterdir()
        if INLINE.search(path.read_text(encoding="utf-8"))
    }
    assert not found
