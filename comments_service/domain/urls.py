"""Addresses of pages, and the one key under which each is known.
Refuses what is not http or https, and what a browser wouldn't open.
"""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

import idna

MAX_LENGTH = 2000

# What says who sent a reader here or how the page is shown, never which page it is.
DROPPED_NAMES = frozenset(
    """
    _ga _gl _hsenc _hsmi __hsfp __hssc __hstc hsctatracking _openstat amp cpage dclid epik fb_ref
    fb_source fbclid gbraid gclid gclsrc igsh igshid li_fat_id mkt_tok ml_subscriber
    ml_subscriber_hash moderation-hash msclkid noamp oly_anon_id oly_enc_id preview preview_id
    preview_nonce rb_clickid replytocom s_cid srsltid ttclid twclid unapproved usqp vero_conv
    vero_id wbraid wickedid yclid ysclid
    """.split()  # noqa: SIM905 - it reads as a table
)
DROPPED_PREFIXES = ("utm_", "mc_", "mtm_", "pk_", "piwik_", "matomo_", "hsa_", "fb_action_")

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_ORIGIN = re.compile(r"https?://[^/\\?#@]+", re.IGNORECASE)
_WEB_LINK = re.compile(r"https?://([^/\\?#]+)", re.IGNORECASE)
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_FORBIDDEN_IN_HOST = re.compile(r"[\x00-\x20\x7f#%/:<>?@\[\\\]^|]")
_LOOKS_LIKE_A_HOST = re.compile(r"[./\\?#@\[\]]|^localhost$", re.IGNORECASE)
_IPV4_NUMBER = re.compile(r"0x[0-9a-f]*|0[0-7]*|[1-9][0-9]*")
_COMMENT_PAGE = re.compile(r"/comment-page-[0-9]+\Z")
_DEFAULT_PORTS = {"http": 80, "https": 443}
# These stand as themselves; everything else is percent-encoded. "'" differs because browsers
# encode it in a query and leave it in a path.
_SAFE_IN_PATH = "!$&'()*+,;=:@"
_SAFE_IN_QUERY = "!$()*,;:@/?"


class BadUrl(ValueError):
    """The address can't be used; the message says why, in one line for people."""


@dataclass(frozen=True, slots=True)
class Page:
    """`url` as given, `key` normalised, `authority` the host and port a site is found by."""

    url: str
    key: str
    authority: str


@dataclass(frozen=True, slots=True)
class Origin:
    """`origin` as a browser sends it, `authority` in the form of `Page.authority`."""

    origin: str
    authority: str


@dataclass(frozen=True, slots=True)
class _Parts:
    scheme: str
    userinfo: str
    host: str
    port: int | None
    path: str
    query: str

    @property
    def authority(self) -> str:
        standard = self.port is None or self.port in _DEFAULT_PORTS.values()
        return self.host if standard else f"{self.host}:{self.port}"


def parse_page(url: str, *, extra_dropped: frozenset[str] = frozenset()) -> Page:
    """`extra_dropped`: names of parameters that this site doesn't count (`ref`, …)."""
    url = url.strip()
    parts = _split(url)
    if "@" in parts.userinfo or _LOOKS_LIKE_A_HOST.search(_decoded(parts.userinfo).split(":")[0]):
        raise BadUrl("the address hides its real host behind a name and an @")
    dropped = DROPPED_NAMES | {name.lower() for name in extra_dropped}
    query = _canonical_query(parts.query, dropped)
    key = f"https://{parts.authority}{_canonical_path(parts.path)}" + (query and f"?{query}")
    if len(key) > MAX_LENGTH:
        raise BadUrl(f"the address is longer than {MAX_LENGTH} characters")
    return Page(url=_openable(url, parts), key=key, authority=parts.authority)


def _openable(url: str, parts: _Parts) -> str:
    """As given, if it leads to the same place from everywhere: in a mail, in another page."""
    if _WEB_LINK.match(url) and "\\" not in url and not parts.userinfo:
        return url
    query = parts.query and f"?{parts.query}"
    return f"{parts.scheme}://{parts.authority}{parts.path or '/'}{query}"


def parse_origin(origin: str) -> Origin:
    origin = origin.strip()
    if not _ORIGIN.fullmatch(origin):
        raise BadUrl("an origin is only http:// or https://, a host and perhaps a port")
    parts = _split(origin)
    default = parts.port is None or parts.port == _DEFAULT_PORTS[parts.scheme]
    host = parts.host if default else f"{parts.host}:{parts.port}"
    return Origin(origin=f"{parts.scheme}://{host}", authority=parts.authority)


def parse_link(url: str) -> str:
    """For links that readers follow: stricter than a page, no name before the host at all.
    Returns the link with its host as browsers resolve it, the rest as given.
    """
    found = _WEB_LINK.match(url)
    if not found:
        raise BadUrl("a link begins with http:// or https:// and a host")
    parts = _split(url)
    if "@" in found.group(1):
        raise BadUrl("a link may not carry a name or password")
    port = "" if parts.port is None else f":{parts.port}"
    return f"{parts.scheme}://{parts.host}{port}{url[found.end() :]}"


def shown(key: str) -> str:
    """The address as mails name it: `saltmarsh.example/night-ferry`."""
    return key.removeprefix("https://").removesuffix("/")


def _split(url: str) -> _Parts:
    """As the WHATWG standard reads http and https addresses; the fragment is dropped."""
    if len(url) > MAX_LENGTH:
        raise BadUrl(f"the address is longer than {MAX_LENGTH} characters")
    if _UNWRITABLE.search(url):
        raise BadUrl("the address holds control characters")
    found = _SCHEME.match(url)
    scheme = found.group(1).lower() if found else ""
    if not found or scheme not in _DEFAULT_PORTS:
        raise BadUrl("the address does not begin with http:// or https://")
    before_query, _, query = url[found.end() :].partition("#")[0].partition("?")
    # Browsers read "\" as "/" here and don't count the slashes after the scheme.
    authority, slash, path = before_query.replace("\\", "/").lstrip("/").partition("/")
    userinfo, _, host_and_port = authority.rpartition("@")
    host, port = _host_and_port(host_and_port)
    return _Parts(scheme, userinfo, host, port, slash + path, query)


def _host_and_port(text: str) -> tuple[str, int | None]:
    bracket = text.rfind("]") + 1
    name, _, digits = text[bracket:].partition(":")
    host = text[:bracket] + name
    if not host:
        raise BadUrl("the address has no host")
    if not digits:
        return _canonical_host(host), None
    if not re.fullmatch("0*[0-9]{1,5}", digits) or int(digits) > 0xFFFF:
        raise BadUrl("the port of the address is not a number up to 65535")
    return _canonical_host(host), int(digits)


def _canonical_host(host: str) -> str:
    if host.startswith("[") and host.endswith("]"):
        return _ipv6(host)
    name = _idna(_decoded(host)).removesuffix(".")
    labels = name.split(".")
    if _FORBIDDEN_IN_HOST.search(name) or not all(0 < len(label) < 64 for label in labels):
        raise BadUrl("the host of the address is not a valid name")
    if len(name) > 253:
        raise BadUrl("the host of the address is too long")
    return _ipv4(labels) if _is_number(labels[-1]) else name


def _decoded(text: str) -> str:
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise BadUrl("the host of the address is not valid UTF-8") from None


def _idna(host: str) -> str:
    try:
        mapped = idna.uts46_remap(host, std3_rules=False)
        return ".".join(_a_label(label) for label in mapped.split("."))
    except ValueError:  # IDNAError is one; so is what odd code points raise inside the library
        raise BadUrl("the host of the address is not a valid name") from None


def _a_label(label: str) -> str:
    """Browsers take symbols and emoji in names, which the stricter IDNA 2008 refuses."""
    if label.isascii() and not label.startswith("xn--"):
        return label
    try:
        return idna.alabel(label).decode()
    except idna.InvalidCodepoint:
        text = label[4:].encode().decode("punycode") if label.isascii() else label
    ascii_form = "xn--" + text.encode("punycode").decode()
    stable = idna.uts46_remap(text, std3_rules=False) == text
    joined = {"\u200c", "\u200d"} & set(text)
    if text.isascii() or joined or not stable or (label.isascii() and ascii_form != label):
        raise BadUrl("the host of the address is not a valid name")
    idna.check_initial_combiner(text)
    idna.check_bidi(text)
    return ascii_form


def _is_number(label: str) -> bool:
    return bool(re.fullmatch(r"[0-9]+|0x[0-9a-f]*", label))


def _ipv4(labels: list[str]) -> str:
    """`127.1`, `0x7f.0.0.1` and `2130706433` are one machine, for browsers and so for us."""
    fit = len(labels) <= 4 and all(_IPV4_NUMBER.fullmatch(label) for label in labels)
    *bytes_before, last = [_ipv4_number(label) for label in labels] if fit else [2**32]
    if last >= 256 ** (4 - len(bytes_before)) or any(byte > 255 for byte in bytes_before):
        raise BadUrl("the host of the address is not a valid IPv4 address")
    places = (byte * 256 ** (3 - place) for place, byte in enumerate(bytes_before))
    return str(ipaddress.IPv4Address(last + sum(places)))


def _ipv4_number(label: str) -> int:
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8 if label.startswith("0") else 10)


def _ipv6(host: str) -> str:
    try:
        address = ipaddress.IPv6Address(host.replace("%", "?")[1:-1])  # no zones in addresses
    except ValueError:
        raise BadUrl("the host of the address is not a valid IPv6 address") from None
    if address.ipv4_mapped:  # Python 3.13 writes these with dots, browsers never do
        high, low = divmod(int(address.ipv4_mapped), 0x10000)
        return f"[::ffff:{high:x}:{low:x}]"
    return f"[{address.compressed}]"


def _canonical_path(path: str) -> str:
    segments: list[str] = []
    for segment in path.split("/")[1:]:
        canonical = quote(unquote_to_bytes(segment), safe=_SAFE_IN_PATH)
        if canonical == "..":
            del segments[-1:]
        elif canonical != ".":
            segments.append(canonical)
    return _without_tails("".join(f"/{segment}" for segment in segments)) or "/"


def _without_tails(path: str) -> str:
    """A page whose whole path is `/amp` is about amplifiers and keeps its name."""
    before = None
    while path != before:
        before = path
        path = _COMMENT_PAGE.sub("", path.rstrip("/")).rstrip("/")
        if path.count("/") > 1:
            path = path.removesuffix("/amp")
    return path


def _canonical_query(query: str, dropped: frozenset[str]) -> str:
    return "&".join(sorted(_kept(query, dropped)))


def _kept(query: str, dropped: frozenset[str]) -> Iterator[str]:
    for pair in filter(None, query.split("&")):
        name, equals, value = (_form_encoded(part) for part in pair.partition("="))
        folded = unquote_to_bytes(name).decode(errors="replace").lower()
        if folded not in dropped and not folded.startswith(DROPPED_PREFIXES):
            yield name + (equals and "=") + value


def _form_encoded(text: str) -> str:
    return quote(unquote_to_bytes(text.replace("+", " ")), safe=_SAFE_IN_QUERY)
