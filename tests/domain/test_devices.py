import pytest

from comments_service.domain import devices

MOZILLA = "Mozilla/5.0"
LINUX = "(X11; Linux x86_64; rv:150.0)"
APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
IOS = "(iPhone; CPU iPhone OS 18_7 like Mac OS X)"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            f"{MOZILLA} (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
            "Firefox on Linux",
        ),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {CHROME}", "Chrome on Windows"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {CHROME} Edg/150.0.0.0", "Edge on Windows"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {CHROME} OPR/130.0.0.0", "Opera on Windows"),
        (f"{MOZILLA} (Linux; Android 16; K) {CHROME}", "Chrome on Android"),
        (f"{MOZILLA} (X11; CrOS x86_64 14541.0.0) {CHROME}", "Chrome on ChromeOS"),
        (
            f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) {APPLE} Version/26.0 Safari/605.1.15",
            "Safari on macOS",
        ),
        (
            f"{MOZILLA} {IOS} {APPLE} FxiOS/150.0 Mobile/15E148 Safari/605.1.15",
            "Firefox on iPhone",
        ),
        ("Links (2.30; Linux)", "A browser on Linux"),
        ("", "A browser"),
        ("<script>alert(1)</script>", "A browser"),
    ],
)
def test_a_browser_is_called_as_its_owner_calls_it(user_agent: str, name: str) -> None:
    assert devices.name(user_agent) == name
