"""Who wrote and from where: names, e-mails, websites, networks and avatar tags."""

import ipaddress
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import email_validator

from comments_service.domain import urls
from comments_service.domain.tokens import Keyring, Purpose

NAME_LENGTH = 80
EMAIL_LENGTH = 254
WEBSITE_LENGTH = 500

_BIDI_OVERRIDES = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
)
_BLANK_LETTERS = frozenset(
    "\u115f\u1160\u3164\uffa0\u2800"
)  # letters by category, blank to the eye


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who asks now: the visitor id his token proves, if any, and the keyed hash of his network.

    `issued`: a fresh visitor id for who proves none, as long as his machine's ration lasts.
    """

    visitor: bytes | None
    network: str
    issued: bytes | None = None

    @property
    def signs_as(self) -> bytes | None:
        """The visitor id that what he writes now carries, if any."""
        return self.visitor or self.issued


def name(raw: str) -> str:
    """A name with outer and doubled space removed; ValueError in words when it can't be one."""
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in raw):
        raise ValueError("A name can't hold control characters.")
    tidy = " ".join(unicodedata.normalize("NFC", raw).split())
    if not tidy:
        raise ValueError("Your name is needed.")
    if len(tidy) > NAME_LENGTH:
        raise ValueError(f"A name has at most {NAME_LENGTH} characters.")
    if any(character in _BIDI_OVERRIDES for character in tidy):
        raise ValueError("A name can't change the direction of writing.")
    if not is_visible(tidy):
        raise ValueError("A name needs something to see.")
    return tidy


def looks_like(name: str, other: str) -> bool:
    """Whether two names differ in nothing but case, accents, signs and spaces."""
    folded = _letters(name)
    return bool(folded) and folded == _letters(other)


def _letters(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    apart = unicodedata.normalize("NFKD", folded)  # accents stand by themselves and fall out
    return "".join(one for one in apart if unicodedata.category(one)[0] in "LN")


def is_visible(text: str) -> bool:
    """Whether any of it can be seen: a letter, a digit, a sign."""
    return any(_visible(character) for character in text)


def _visible(character: str) -> bool:
    if character in _BLANK_LETTERS:
        return False
    return unicodedata.category(character)[0] in "LNPS"


def email(raw: str) -> str:
    """The address as mail is sent to it; ValueError in words when it isn't complete."""
    if len(raw) > EMAIL_LENGTH:
        raise ValueError("This address isn't complete.")
    try:
        checked = email_validator.validate_email(
            raw.strip(), check_deliverability=False, strict=True
        )
    except email_validator.EmailNotValidError:
        raise ValueError("This address isn't complete.") from None
    return checked.normalized


def email_key(address: str) -> str:
    """What makes two spellings of an address one: letter case alone."""
    return address.lower()


def website(raw: str) -> str:
    """A link of at most 500 characters that shows where it leads; ValueError in words otherwise."""
    try:
        link = urls.parse_link(raw.strip())
    except urls.BadUrl:
        raise ValueError("A website begins with http:// or https:// and a host.") from None
    if len(link) > WEBSITE_LENGTH:
        raise ValueError(f"A website has at most {WEBSITE_LENGTH} characters.")
    return link


@lru_cache(maxsize=4096)  # a page shows the same people again and again
def avatar(keyring: Keyring, *, site_id: int, visitor: bytes | None, name: str) -> str:
    """The tag the widget draws: `p…` a pattern for a proven author, `c…` for a claimed name."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    mac = keyring.mac(Purpose.AVATAR, site_id, visitor or b"", folded).hex()[:16]
    return f"{'p' if visitor else 'c'}{mac}"


def initials(name: str) -> str:
    """The first letters of the first and last word, for pages without script."""
    words = name.split()
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [words[0][0]] if words else []
    return "".join(letters).upper()


def limit_key(address: str) -> str:
    """What limits count by: an IPv4 address, or the /64 of an IPv6 one."""
    parsed = ipaddress.ip_address(address)
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    if mapped is not None or parsed.version == 4:
        return str(mapped or parsed)
    return str(ipaddress.ip_network((int(parsed), 64), strict=False))


def network(keyring: Keyring, address: str) -> str:
    """The keyed hash of a machine's /24 or /48: all that is ever kept of where somebody was."""
    parsed = ipaddress.ip_address(limit_key(address).split("/")[0])
    prefix = 24 if parsed.version == 4 else 48
    shared = ipaddress.ip_network((int(parsed), prefix), strict=False)
    return keyring.mac(Purpose.NETWORK, shared.network_address.packed).hex()
