"""Every setting with its type, default, help and check; read once into a frozen `Settings`.

Defaults < the TOML file named by COMMENTS_CONFIG < COMMENTS_* variables. An unknown key or an
impossible value raises `BadSetting`, one line that names it.
"""

import ipaddress
import os
import re
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from email.utils import parseaddr
from functools import cached_property
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import limits
from flask import Flask, current_app
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from comments_service import clock
from comments_service.domain import urls
from comments_service.domain.tokens import Keyring

PREFIX = "COMMENTS_"
CONFIG_VARIABLE = "COMMENTS_CONFIG"
SECRET_LENGTH = 32
MOST = 2**31 - 1  # more seconds than this lead beyond what dates can say
MODERATION = ("newcomers", "all", "none")
VOTES = ("off", "up", "both")
OWN_PATHS = frozenset(  # the first segments of our addresses
    (
        "admin",
        "api",
        "desk",
        "embed",
        "embed.d.ts",
        "embed.js",
        "feed.atom",
        "feed.json",
        "health",
        "static",
        "status",
        "subscriptions",
        "thread",
    )
)
_SUB_PATH = re.compile(r"(/(?!\.\.?(/|$))[A-Za-z0-9._~!$&'()*+,;=:@-]+)*/?")


class BadSetting(Exception):
    """A setting that is unknown or can't be; its text is one line."""


def _setting(default: Any, text: str, check: Callable[[Any], str | None] | None = None) -> Any:
    return field(default=default, metadata={"help": text, "check": check})


def _positive(value: int) -> str | None:
    return None if 0 < value <= MOST else f"must be 1 to {MOST}"


def _not_negative(value: int) -> str | None:
    return None if 0 <= value <= MOST else f"must be 0 to {MOST}"


def _positive_or_none(value: int | None) -> str | None:
    return None if value is None else _positive(value)


def _one_of(*words: str) -> Callable[[str], str | None]:
    return lambda value: None if value in words else f"must be one of {', '.join(words)}"


def _web_address(value: str) -> str | None:
    """Its origin is compared with what browsers send, so it has to be spelt as theirs."""
    given = "/".join(value.split("/")[:3])
    try:
        urls.parse_link(value)
        origin = urls.parse_origin(given).origin
    except urls.BadUrl:
        return "must be an http or https address"
    if "?" in value or "#" in value:
        return "must be an address without a query or fragment"
    if given != origin:
        return f"must begin as browsers write it, {origin}"
    return _sub_path(value.removeprefix(given))


def _sub_path(path: str) -> str | None:
    """It is looked for in what servers hand on, and written into mails, as it stands."""
    if not _SUB_PATH.fullmatch(path):
        return "its path may have only letters, digits and -._~!$&'()*+,;=:@ between its slashes"
    first = path.strip("/").split("/")[0]
    return f"its path can't begin with /{first}: that is ours" if first in OWN_PATHS else None


def _server(*schemes: str) -> Callable[[str], str | None]:
    """An address with one of the schemes, a host and, if any, a port that can be; or none."""

    def check(value: str) -> str | None:
        complaint = f"must be {', '.join(f'{scheme}://' for scheme in schemes)} with a host"
        try:
            parts = urlsplit(value)
            usable = parts.scheme in schemes and parts.hostname and parts.port != 0
        except ValueError:
            return complaint
        return None if usable or not value else complaint

    return check


def _database(value: str) -> str | None:
    try:
        url = make_url(value or "sqlite:///file")
    except (ArgumentError, ValueError):
        return "is no SQLAlchemy URL"
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        return "must begin with sqlite:/// or postgresql://"
    path = url.database or ""
    if url.get_backend_name() == "sqlite" and (path in {"", ":memory:"} or path[:5] == "file:"):
        return "must name a file: web and worker are several processes"
    return None


def _sender(value: str) -> str | None:
    _name, address = parseaddr(value)
    if value.isprintable() and all(address.rpartition("@")):
        return None
    return "must be an address, with or without a name: Comments <comments@example.com>"


def _secrets(value: str) -> str | None:
    long = all(len(key.strip()) >= SECRET_LENGTH for key in value.split(","))
    return None if long or not value else f"each key needs {SECRET_LENGTH} characters or more"


def _networks(value: str) -> str | None:
    for network in filter(None, (part.strip() for part in value.split(","))):
        try:
            parsed = ipaddress.ip_network(network)
        except ValueError:
            return f"{network!r} is no CIDR network"
        if parsed.prefixlen == 0:
            return f"{network!r} would believe everybody"
    return None


def _rate(value: str) -> str | None:
    try:
        limits.parse_many(value) if value else None
    except ValueError:
        return "must be like '5 per minute; 60 per hour', or empty for none"
    return None


@dataclass(frozen=True, kw_only=True)
class Settings:
    data_dir: str = _setting("./comments-data", "Folder for everything the embedded default keeps.")
    database_url: str = _setting(
        "",
        "SQLAlchemy URL; empty: comments.sqlite3 in the data folder. postgresql://… to grow.",
        _database,
    )
    redis_url: str = _setting(
        "",
        "Redis or Valkey for rate limits shared by several machines.",
        _server("redis", "rediss"),
    )
    secret_key: str = _setting(
        "",
        "Signs tokens, 32 characters or more. Empty: made once, kept in the data folder. "
        "A comma-separated list rotates: the first signs, all are believed.",
        _secrets,
    )
    public_url: str = _setting(
        "http://127.0.0.1:8000", "How readers reach the service; a sub-path works.", _web_address
    )
    smtp_url: str = _setting(
        "",
        "smtp://, smtps:// or smtp+starttls://user:pass@host:port. "
        "Empty: notification by e-mail isn't offered.",
        _server("smtp", "smtps", "smtp+starttls"),
    )
    mail_from: str = _setting(
        "Comments <comments@localhost.localdomain>", "The sender of every mail.", _sender
    )
    trusted_proxies: str = _setting(
        "",
        "Comma-separated CIDR networks whose X-Forwarded-For is believed, walked from the right.",
        _networks,
    )
    moderation: str = _setting(
        "newcomers",
        "Who waits for a moderator: newcomers, all or none; a site may differ.",
        _one_of(*MODERATION),
    )
    screening: str = _setting(
        "on", "off leaves only blocks and closed threads (for migrations).", _one_of("on", "off")
    )
    votes: str = _setting(
        "up", "Votes readers may give: off, up, or both (up and down).", _one_of(*VOTES)
    )
    votes_per_network: int | None = _setting(
        5,
        "Votes on one comment that one network (/24, /48) may give a day; empty: any number.",
        _positive_or_none,
    )
    reports_to_hide: int = _setting(
        3,
        "Reports from different networks, by trusted visitors or on a newcomer's comment, "
        "that send it back to the moderators.",
        _positive,
    )
    max_length: int = _setting(10_000, "The longest comment, in code points.", _positive)
    max_links: int = _setting(2, "Links to other hosts before a comment is held.", _not_negative)
    trusted_after: int = _setting(1, "Approved comments that make a visitor trusted.", _positive)
    edit_seconds: int = _setting(900, "How long authors may edit.", _not_negative)
    settle_seconds: int = _setting(
        60, "How long an approved comment rests before it is mailed.", _not_negative
    )
    undo_seconds: int = _setting(
        60, "How long a moderator may undo a decision of his own.", _not_negative
    )
    duplicate_seconds: int = _setting(60, "The same text within this is refused.", _not_negative)
    idempotency_seconds: int = _setting(
        86_400, "How long an Idempotency-Key keeps its answer.", _positive
    )
    confirm_seconds: int = _setting(604_800, "How long a confirmation link works.", _positive)
    sign_in_seconds: int = _setting(900, "How long a one-time sign-in link works.", _positive)
    session_seconds: int = _setting(2_592_000, "How long a moderator stays signed in.", _positive)
    fresh_seconds: int = _setting(
        900, "How long after signing in a password is set without the old one.", _positive
    )
    network_seconds: int = _setting(
        2_592_000, "How long the keyed hash of an author's network is kept.", _positive
    )
    lease_seconds: int = _setting(
        120, "How long the worker may take over one outbox message before another tries.", _positive
    )
    confirmations_per_day: int = _setting(
        3, "Confirmation mails one e-mail address gets a day in all.", _positive
    )
    post_limit: str = _setting("5 per minute; 60 per hour", "Posts per address and site.", _rate)
    subscribe_limit: str = _setting(
        "5 per minute; 30 per hour", "Subscriptions per address and site.", _rate
    )
    sign_in_limit: str = _setting("10 per minute; 60 per hour", "Sign-ins per address.", _rate)
    password_limit: str = _setting(
        "10 per 15 minutes",
        "Passwords tried per moderator from browsers he never signed in with.",
        _rate,
    )
    edit_limit: str = _setting(
        "10 per minute; 100 per hour", "Edits and deletions per address and site.", _rate
    )
    vote_limit: str = _setting("60 per minute; 600 per hour", "Votes per address and site.", _rate)
    report_limit: str = _setting(
        "5 per minute; 30 per hour", "Reports per address and site.", _rate
    )
    preview_limit: str = _setting("30 per minute; 300 per hour", "Previews per address.", _rate)
    visitor_limit: str = _setting(
        "20 per hour; 100 per day",
        "New visitor tokens per address and site; when spent, a post stands without one.",
        _rate,
    )
    cdn_seconds: int = _setting(
        0, "How long a CDN may keep public reads: s-maxage; 0 for not at all.", _not_negative
    )

    ready_bytes: int = _setting(
        33_554_432,
        "Memory of a web worker for answers that are kept ready, in bytes; 0 for none.",
        _not_negative,
    )

    @property
    def resolved_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_path / 'comments.sqlite3'}"

    @property
    def data_path(self) -> Path:
        return Path(self.data_dir).absolute()

    @property
    def secret_keys(self) -> tuple[bytes, ...]:
        return tuple(key.strip().encode() for key in self.secret_key.split(","))

    @cached_property
    def keyring(self) -> Keyring:
        return Keyring(self.secret_keys)

    @property
    def mails_readers(self) -> bool:
        """Whether "Notify of" is offered: there is a mail server, and a loopback one while the
        public address is loopback, so that a trial run can't mail strangers.
        """
        host = urlsplit(self.smtp_url).hostname
        if not host:
            return False
        return _is_loopback(host) or not _is_loopback(urlsplit(self.public_url).hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return f".{host}".rstrip(".").endswith(".localhost")


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the file and the environment once; make and keep a secret where none is given."""
    given = _from_file(environ.get(CONFIG_VARIABLE)) | _from_environment(environ)
    values: dict[str, Any] = {name: _checked(name, value) for name, value in given.items()}
    settings = Settings(**values)
    if settings.secret_key:
        return settings
    secret = _kept_secret(settings.data_path)
    return replace(settings, secret_key=secret)


def current() -> Settings:
    """The settings of the application that is handling this call."""
    return cast("Settings", current_app.extensions["comments_settings"])


def install(app: Flask, settings: Settings) -> None:
    app.extensions["comments_settings"] = settings


def _from_file(path: str | None) -> dict[str, Any]:
    if not path:
        return {}
    try:
        given = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSetting(f"{CONFIG_VARIABLE}: can't read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"{CONFIG_VARIABLE}: {path} is no TOML: {error}") from error
    unknown = given.keys() - {known.name for known in fields(Settings)}
    if unknown:
        raise BadSetting(f"{CONFIG_VARIABLE}: {path}: there is no setting {min(unknown)!r}")
    return given


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    return {
        key.removeprefix(PREFIX).lower(): value
        for key, value in environ.items()
        if key.startswith(PREFIX) and key != CONFIG_VARIABLE
    }


def _checked(name: str, value: Any) -> Any:
    known = {known.name: known for known in fields(Settings)}
    if name not in known:
        raise BadSetting(f"{PREFIX}{name.upper()}: there is no such setting")
    setting = known[name]
    if value == "" and setting.type == int | None:
        return None
    kind = int if setting.type == int | None else cast("type", setting.type)
    try:
        value = kind(value) if kind is int and isinstance(value, str) else value
    except ValueError:
        raise BadSetting(f"{PREFIX}{name.upper()}: must be a whole number") from None
    if not isinstance(value, kind) or isinstance(value, bool):
        raise BadSetting(f"{PREFIX}{name.upper()}: must be {_KINDS[kind]}")
    check = setting.metadata["check"]
    complaint = check(value) if check else None
    if complaint:
        raise BadSetting(f"{PREFIX}{name.upper()}: {complaint}")
    return value


_KINDS: dict[type, str] = {int: "a whole number", str: "text"}


def make_folder(path: Path) -> None:
    """A data folder for nobody else's eyes; one that is there is left as it is."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def _kept_secret(data_path: Path) -> str:
    """The secret in the data folder, made on the first start; only its owner may read it."""
    path = data_path / "secret-key"
    try:
        if not path.exists():
            make_folder(data_path)
            _make_secret(path)
        secret = path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError as error:
        raise BadSetting(
            f"COMMENTS_DATA_DIR: can't keep the secret in {data_path}: {error.strerror}"
        ) from error
    complaint = _secrets(secret or "none")
    if complaint:
        raise BadSetting(f"COMMENTS_SECRET_KEY: in {path}: {complaint}")
    return secret


def _make_secret(path: Path) -> None:
    """Whole and on the disk before it has its name, and never over an older one."""
    with (
        tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".secret-key-") as draft,
        suppress(FileExistsError),
    ):
        draft.write(clock.random_bytes(32).hex())
        draft.flush()
        os.fsync(draft.fileno())
        os.link(draft.name, path)
