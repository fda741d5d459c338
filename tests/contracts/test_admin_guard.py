"""No route of the admin can forget its guard: without a session every one leads to the sign-in."""

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

SIGN_IN = "/admin/sign-in"
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def routes(app: Flask) -> list[tuple[str, str]]:
    """Every method and path under /admin, with something for each name."""
    adapter = app.url_map.bind("127.0.0.1:8000")
    return [
        (method, adapter.build(rule.endpoint, _anything(rule), method=method))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/admin")
        for method in sorted((rule.methods or set()) & METHODS)
    ]


def _anything(rule: Rule) -> dict[str, int]:
    return {str(name): 1 for name in rule.arguments}  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType, reportUnknownArgumentType]


def test_every_admin_route_leads_to_the_sign_in_without_a_session(
    app: Flask, client: FlaskClient
) -> None:
    guarded = [one for one in routes(app) if not one[1].startswith(SIGN_IN)]
    assert guarded
    for method, path in guarded:
        answer = client.open(path, method=method, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 303, f"{method} {path}"
        assert answer.location.partition("?")[0].endswith(SIGN_IN), f"{method} {path}"
