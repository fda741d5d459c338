"""The key of a page: a comment says the rule, pairs show it, then where it stops."""

import string
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from url_normalize import url_normalize  # pyright: ignore[reportUnknownVariableType]

from comments_service.domain import urls

SAME = [
    # http is https
    ("http://saltmarsh.example/ferry", "https://saltmarsh.example/ferry"),
    ("HTTPS://saltmarsh.example/ferry", "https://saltmarsh.example/ferry"),
    # the host is lower-cased and IDNA-encoded, without its trailing dot
    ("https://SaltMarsh.Example/ferry", "https://saltmarsh.example/ferry"),
    ("https://saltmarsh.example./ferry", "https://saltmarsh.example/ferry"),
    ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    ("https://BÜCHER。example/", "https://xn--bcher-kva.example/"),
    ("https://b%C3%BCcher.example/", "https://xn--bcher-kva.example/"),
    ("https://i\u2764\ufe0f.example/", "https://xn--i-7iq.example/"),
    ("https://night_ferry.example/", "https://night_ferry.example/"),
    # ports 80 and 443 and none are the same
    ("http://saltmarsh.example:80/ferry", "https://saltmarsh.example/ferry"),
    ("https://saltmarsh.example:443/ferry", "https://saltmarsh.example/ferry"),
    ("http://saltmarsh.example:443/ferry", "https://saltmarsh.example/ferry"),
    ("http://saltmarsh.example:/ferry", "https://saltmarsh.example/ferry"),
    ("http://saltmarsh.example:08080/", "https://saltmarsh.example:8080/"),
    # a machine has one spelling
    ("http://127.1/", "https://127.0.0.1/"),
    ("http://0x7f.0.0.1/", "https://127.0.0.1/"),
    ("http://2130706433/", "https://127.0.0.1/"),
    ("http://\uff11\uff12\uff17.0.0.1/", "https://127.0.0.1/"),
    ("http://[0:0:0:0:0:0:0:1]/", "https://[::1]/"),
    ("http://[::FFFF:127.0.0.1]:8000/", "https://[::ffff:7f00:1]:8000/"),
    # name, password and fragment are dropped
    ("https://tess:secret@saltmarsh.example/ferry", "https://saltmarsh.example/ferry"),
    ("https://saltmarsh.example/ferry#comment-12", "https://saltmarsh.example/ferry"),
    # "." and ".." are resolved, encoded too
    ("https://saltmarsh.example/a/./b/../ferry", "https://saltmarsh.example/a/ferry"),
    ("https://saltmarsh.example/%2e%2E/ferry", "https://saltmarsh.example/ferry"),
    ("https://saltmarsh.example/a/b/..", "https://saltmarsh.example/a"),
    # percent-encoding is canonical
    ("https://saltmarsh.example/%7Etess", "https://saltmarsh.example/~tess"),
    ("https://saltmarsh.example/%e2%82%ac", "https://saltmarsh.example/€"),
    ("https://saltmarsh.example/a b", "https://saltmarsh.example/a%20b"),
    ("https://saltmarsh.example/100%", "https://saltmarsh.example/100%25"),
    ("https://saltmarsh.example/it%27s", "https://saltmarsh.example/it's"),
    ("https://saltmarsh.example/?q=it%27s", "https://saltmarsh.example/?q=it's"),
    ("https://saltmarsh.example/?q=a+b", "https://saltmarsh.example/?q=a%20b"),
    # trailing slashes are removed
    ("https://saltmarsh.example/ferry/", "https://saltmarsh.example/ferry"),
    ("https://saltmarsh.example/ferry//", "https://saltmarsh.example/ferry"),
    ("https://saltmarsh.example", "https://saltmarsh.example/"),
    ("https://saltmarsh.example?p=2", "https://saltmarsh.example/?p=2"),
    # the query is sorted, an empty one is none
    ("https://saltmarsh.example/?b=2&a=1", "https://saltmarsh.example/?a=1&b=2"),
    ("https://saltmarsh.example/?&a=1&&", "https://saltmarsh.example/?a=1"),
    ("https://saltmarsh.example/ferry?", "https://saltmarsh.example/ferry"),
    # what tracks or only changes the view is dropped
    ("https://saltmarsh.example/?utm_source=x&UTM_Any=y&p=1", "https://saltmarsh.example/?p=1"),
    ("https://saltmarsh.example/?fbclid=1&gclid=2&mc_cid=3", "https://saltmarsh.example/"),
    ("https://saltmarsh.example/?replytocom=7&preview=true&amp", "https://saltmarsh.example/"),
    ("https://saltmarsh.example/?%75tm_source=x", "https://saltmarsh.example/"),
    # so are the tails of the same page shown otherwise
    ("https://saltmarsh.example/ferry/amp/", "https://saltmarsh.example/ferry"),
    ("https://saltmarsh.example/ferry/comment-page-12/", "https://saltmarsh.example/ferry"),
    ("https://saltmarsh.example/ferry/comment-page-2/amp", "https://saltmarsh.example/ferry"),
    ("https://saltmarsh.example/comment-page-2/", "https://saltmarsh.example/"),
    # backslashes and missing slashes are read as browsers read them
    ("https:\\\\saltmarsh.example\\ferry", "https://saltmarsh.example/ferry"),
    ("https:saltmarsh.example/ferry", "https://saltmarsh.example/ferry"),
    ("https://saltmarsh.example\\@other.example/", "https://saltmarsh.example/@other.example"),
    # blanks around are nothing
    ("  https://saltmarsh.example/ferry\n", "https://saltmarsh.example/ferry"),
]

DIFFERENT = [
    # but not when the host differs: "www." is another name
    ("https://www.saltmarsh.example/", "https://saltmarsh.example/"),
    ("https://saltmarsh.example:8443/", "https://saltmarsh.example/"),
    # but not when letters of the path differ in case
    ("https://saltmarsh.example/Ferry", "https://saltmarsh.example/ferry"),
    # but not when an encoded character would mean something else
    ("https://saltmarsh.example/a%2Fb", "https://saltmarsh.example/a/b"),
    ("https://saltmarsh.example/a%3Fb", "https://saltmarsh.example/a?b"),
    ("https://saltmarsh.example/?q=a%26b", "https://saltmarsh.example/?q=a&b"),
    ("https://saltmarsh.example/?q=a%2Bb", "https://saltmarsh.example/?q=a+b"),
    # but not when the slashes are inside
    ("https://saltmarsh.example/a//b", "https://saltmarsh.example/a/b"),
    # but not when the parameter only resembles a tracking one
    ("https://saltmarsh.example/?utmost=1", "https://saltmarsh.example/"),
    ("https://saltmarsh.example/?ref=1", "https://saltmarsh.example/"),
    # but not when the tail is a word of its own, or all there is
    ("https://saltmarsh.example/lamp", "https://saltmarsh.example/l"),
    ("https://saltmarsh.example/amp/", "https://saltmarsh.example/"),
    ("https://saltmarsh.example/a/comment-page-x", "https://saltmarsh.example/a"),
]

BAD = [
    ("", "does not begin with http"),
    ("saltmarsh.example/ferry", "does not begin with http"),
    ("//saltmarsh.example/ferry", "does not begin with http"),
    ("javascript:alert(1)", "does not begin with http"),
    ("data:text/html,x", "does not begin with http"),
    ("java\tscript:alert(1)", "control characters"),
    ("file:///etc/passwd", "does not begin with http"),
    ("https://", "no host"),
    ("https:///", "no host"),
    ("https://:443/", "no host"),
    ("https://tess@/", "no host"),
    ("https://saltmarsh.example@other.example/", "hides its real host"),
    ("https://saltmarsh.example:443@other.example/", "hides its real host"),
    ("https://saltmarsh.example%2F@other.example/", "hides its real host"),
    ("https://a@b@other.example/", "hides its real host"),
    ("https://saltmarsh.example:port/", "port"),
    ("https://saltmarsh.example:65536/", "port"),
    ("https://saltmarsh.example:-1/", "port"),
    ("https://saltmarsh.example:٨٠/", "port"),
    ("https://salt marsh.example/", "valid name"),
    ("https://salt%20marsh.example/", "valid name"),
    ("https://salt%2Fmarsh.example/", "valid name"),
    ("https://salt^marsh.example/", "valid name"),
    ("https://salt%zzmarsh.example/", "valid name"),
    ("https://salt%FFmarsh.example/", "UTF-8"),
    ("https://saltmarsh..example/", "valid name"),
    ("https://\u00ad/", "valid name"),
    ("https://xn--a/", "valid name"),
    ("https://" + "a" * 64 + ".example/", "valid name"),
    ("https://" + "a." * 130 + "example/", "too long"),
    ("https://1.2.3.4.5/", "IPv4"),
    ("https://256.1.1.1/", "IPv4"),
    ("https://1.2.3.08/", "IPv4"),
    ("https://saltmarsh.1/", "IPv4"),
    ("https://4294967296/", "IPv4"),
    ("https://1_0.1/", "IPv4"),
    ("https://[::1/", "port"),
    ("https://[::1]x/", "valid name"),
    ("https://[1:2]/", "IPv6"),
    ("https://[fe80::1%25eth0]/", "IPv6"),
    ("https://saltmarsh.example/a\nb", "control characters"),
    ("https://saltmarsh.example/\x00", "control characters"),
    ("https://saltmarsh.example/\ud800", "control characters"),
    ("https://saltmarsh.example/" + "a" * 2000, "longer than 2000"),
    ("https://saltmarsh.example/" + "海" * 300, "longer than 2000"),
]

labels = st.text(string.ascii_letters + string.digits + "-äß書_", min_size=1, max_size=12)
hosts = st.lists(labels, min_size=1, max_size=3).map(".".join) | st.sampled_from(
    ["127.1", "[::1]", "1.2.3.4", "0x10", "example.com"]
)
texts = st.text(string.ascii_letters + "/.%2fFeE~;:@'! +äamp海&=?", max_size=30)
names = st.text(string.ascii_letters + "-_%[]ä", min_size=1, max_size=6)
queries = st.lists(st.tuples(names, texts.map(lambda text: text.replace("&", ""))), max_size=5)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    scheme = draw(st.sampled_from(["http", "https", "HTTP"]))
    port = draw(st.sampled_from(["", ":80", ":443", ":8080", ":"]))
    tail = draw(st.sampled_from(["", "/amp/", "/comment-page-2", "/..", "?amp", "#top"]))
    query = "&".join(f"{name}={value}" for name, value in draw(queries))
    return f"{scheme}://{draw(hosts)}{port}/{draw(texts)}{tail}?{query}"


def page_or_none(url: str) -> urls.Page | None:
    try:
        return urls.parse_page(url)
    except urls.BadUrl:
        return None


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_of_one_page_have_one_key(one: str, other: str) -> None:
    assert urls.parse_page(one).key == urls.parse_page(other).key


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_pages_have_two_keys(one: str, other: str) -> None:
    assert urls.parse_page(one).key != urls.parse_page(other).key


@pytest.mark.parametrize(("url", "reason"), BAD)
def test_an_unusable_address_is_refused_with_its_reason_in_one_line(url: str, reason: str) -> None:
    with pytest.raises(urls.BadUrl, match=reason) as refusal:
        urls.parse_page(url)
    assert "\n" not in str(refusal.value)


def test_a_page_keeps_its_address_as_given_and_names_its_authority() -> None:
    page = urls.parse_page(" http://SaltMarsh.example:8080/Night-Ferry/?b=2&a=1#top ")
    assert page.url == "http://SaltMarsh.example:8080/Night-Ferry/?b=2&a=1#top"
    assert page.key == "https://saltmarsh.example:8080/Night-Ferry?a=1&b=2"
    assert page.authority == "saltmarsh.example:8080"


def test_a_site_may_drop_parameters_of_its_own() -> None:
    page = urls.parse_page("https://saltmarsh.example/?Ref=x&p=1", extra_dropped=frozenset({"ref"}))
    assert page.key == "https://saltmarsh.example/?p=1"


@settings(deadline=None)
@given(addresses())
def test_the_key_of_a_key_is_itself_and_keeps_the_authority(url: str) -> None:
    page = page_or_none(url)
    assume(page is not None)
    assert page is not None
    again = urls.parse_page(page.key)
    assert again.key == page.key
    assert again.authority == page.authority


@settings(deadline=None)
@given(addresses())
def test_http_and_https_give_one_key(url: str) -> None:
    _, _, rest = url.partition("://")
    one, other = page_or_none(f"http://{rest}"), page_or_none(f"https://{rest}")
    assert (one and one.key) == (other and other.key)


@settings(deadline=None)
@given(addresses(), addresses())
def test_two_hosts_never_share_a_key(one: str, other: str) -> None:
    first, second = page_or_none(one), page_or_none(other)
    assume(first and second and first.authority != second.authority)
    assert first is not None
    assert second is not None
    assert first.key != second.key


@settings(deadline=None)
@given(st.text() | st.text().map("https://".__add__) | st.text().map("http://x.example/".__add__))
def test_any_text_is_a_page_or_a_refusal(text: str) -> None:
    page_or_none(text)


@settings(deadline=None)
@given(st.text() | st.text().map("https://".__add__))
def test_any_text_is_an_origin_or_a_refusal(text: str) -> None:
    try:
        origin = urls.parse_origin(text)
    except urls.BadUrl:
        return
    assert urls.parse_origin(origin.origin) == origin


@settings(deadline=None)
@given(queries, st.randoms(use_true_random=False))
def test_the_order_of_parameters_does_not_matter(
    query: list[tuple[str, str]], random: Random
) -> None:
    parts = [f"{name}={value}" for name, value in query]
    shuffled = random.sample(parts, len(parts))
    # The fragment keeps a blank at the end from being one around the address.
    one, other = (
        f"https://saltmarsh.example/?{'&'.join(order)}#top" for order in (parts, shuffled)
    )
    assert urls.parse_page(one).key == urls.parse_page(other).key


@settings(deadline=None)
@given(addresses(), st.sampled_from(sorted(urls.DROPPED_NAMES)), texts)
def test_tracking_parameters_do_not_matter(url: str, name: str, value: str) -> None:
    page = page_or_none(url)
    assume(page is not None)
    assert page is not None
    hidden = value.replace("&", "")
    bare = page.url.partition("#")[0]
    joined = bare + ("&" if "?" in bare else "?")
    for more in (f"{name}={hidden}", f"{urls.DROPPED_PREFIXES[0]}x={hidden}"):
        assert urls.parse_page(joined + more).key == page.key


# Shared ground with url-normalize: it keeps schemes, name and fragment apart, merges "//",
# leaves the order of a query alone and knows no tails, so none of these occurs here.
SHARED = string.ascii_letters + string.digits + "-_~äß海"


@settings(deadline=None)
@given(
    st.sampled_from(
        ["saltmarsh.example", "BÜCHER.example", "例え.example", "Night.Ferry.example."]
    ),
    st.sampled_from(["", ":443", ":8080"]),
    st.lists(st.text(SHARED, min_size=1, max_size=8) | st.sampled_from([".", ".."]), max_size=5),
)
def test_where_the_rules_agree_another_library_finds_the_same(
    host: str, port: str, segments: list[str]
) -> None:
    segments = [segment for segment in segments if segment != "amp"]
    url = "/".join([f"https://{host}{port}", *segments])
    expected = url_normalize(url)
    assert expected is not None
    assert urls.parse_page(url).key.removesuffix("/") == expected.rstrip("/")


@pytest.mark.parametrize(
    ("given_origin", "origin", "authority"),
    [
        ("https://SaltMarsh.example", "https://saltmarsh.example", "saltmarsh.example"),
        ("https://saltmarsh.example:443", "https://saltmarsh.example", "saltmarsh.example"),
        ("http://saltmarsh.example:80", "http://saltmarsh.example", "saltmarsh.example"),
        ("http://saltmarsh.example:443", "http://saltmarsh.example:443", "saltmarsh.example"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001", "127.0.0.1:8001"),
        ("https://bücher.example", "https://xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("http://[::1]:8001", "http://[::1]:8001", "[::1]:8001"),
    ],
)
def test_an_origin_is_written_as_a_browser_sends_it(
    given_origin: str, origin: str, authority: str
) -> None:
    assert urls.parse_origin(given_origin) == urls.Origin(origin=origin, authority=authority)


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "*",
        "",
        "saltmarsh.example",
        "https://saltmarsh.example/",
        "https://saltmarsh.example/ferry",
        "https://saltmarsh.example?a",
        "https://saltmarsh.example#a",
        "https://tess@saltmarsh.example",
        "https://saltmarsh.example\\",
        "https:saltmarsh.example",
        "https://saltmarsh.example:99999",
        "https://*.saltmarsh.example https://other.example",
        "ftp://saltmarsh.example",
    ],
)
def test_what_is_more_or_less_than_an_origin_is_refused(text: str) -> None:
    with pytest.raises(urls.BadUrl):
        urls.parse_origin(text)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://saltmarsh.example/Ferry/?b=1&a#c", "https://saltmarsh.example/Ferry/?b=1&a#c"),
        ("HTTP://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://BÜCHER.example", "https://xn--bcher-kva.example"),
    ],
)
def test_a_web_link_keeps_all_but_the_spelling_of_its_host(url: str, link: str) -> None:
    assert urls.parse_link(url) == link


@pytest.mark.parametrize(
    "url",
    [
        "https:other.example",
        "//other.example",
        "/ferry",
        "https://tess@saltmarsh.example/",
        "https://saltmarsh.example:99999/",
        "https:///other.example",
        "https://\\other.example",
        "mailto:tess@saltmarsh.example",
    ],
)
def test_a_link_that_hides_where_it_leads_is_refused(url: str) -> None:
    with pytest.raises(urls.BadUrl):
        urls.parse_link(url)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("https://saltmarsh.example/night-ferry", "saltmarsh.example/night-ferry"),
        ("https://saltmarsh.example/", "saltmarsh.example"),
        ("https://saltmarsh.example:8080/?p=2", "saltmarsh.example:8080/?p=2"),
    ],
)
def test_mails_name_a_page_without_its_scheme(key: str, words: str) -> None:
    assert urls.shown(key) == words


@pytest.mark.parametrize(
    ("given", "openable"),
    [
        ("https:one.example/x", "https://one.example/x"),
        ("https:\\\\one.example\\x", "https://one.example/x"),
        ("http:///one.example?q=1", "http://one.example/?q=1"),
        ("https://ruth@one.example/x", "https://one.example/x"),
        ("https://One.example/x#y", "https://One.example/x#y"),
    ],
)
def test_a_page_is_kept_as_given_if_its_address_opens_from_everywhere(
    given: str, openable: str
) -> None:
    assert urls.parse_page(given).url == openable
