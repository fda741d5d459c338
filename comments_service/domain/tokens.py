"""Tokens that prove something without being stored: MACs bound to a purpose, a site and an object.

They are made again whenever they are needed. A keyring signs with its first key and believes all.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from comments_service.domain import ids

MAC_BYTES = 16
VISITOR_BYTES = 16
ID_BYTES = 8


class Purpose(StrEnum):
    VISITOR = "visitor"
    EDIT = "edit"
    STATUS = "status"
    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"
    CURSOR = "cursor"
    AVATAR = "avatar"
    NETWORK = "network"
    MESSAGE = "message"
    IDEMPOTENCY = "idempotency"
    REPORT = "report"
    DEVICE = "device"
    FORM = "form"


@dataclass(frozen=True)
class Keyring:
    """`keys`: the first signs, every one of them is believed."""

    keys: tuple[bytes, ...]

    def mac(self, purpose: Purpose, *parts: bytes | str | int) -> bytes:
        """16 bytes over the purpose and the parts, each with its length, so that none runs over."""
        return _mac(self.keys[0], purpose, parts)

    def believes(self, mac: bytes, purpose: Purpose, *parts: bytes | str | int) -> bool:
        matches = [hmac.compare_digest(mac, _mac(key, purpose, parts)) for key in self.keys]
        return any(matches)

    def visitor_token(self, site_id: int, visitor: bytes) -> str:
        return encode(visitor + self.mac(Purpose.VISITOR, site_id, visitor))

    def visitor(self, site_id: int, token: str) -> bytes | None:
        """The 16-byte visitor id that `token` proves on this site; None for a bad one."""
        raw = decode(token)
        if raw is None or len(raw) != VISITOR_BYTES + MAC_BYTES:
            return None
        visitor, mac = raw[:VISITOR_BYTES], raw[VISITOR_BYTES:]
        return visitor if self.believes(mac, Purpose.VISITOR, site_id, visitor) else None

    def object_token(self, purpose: Purpose, object_id: int, *bound: bytes | str | int) -> str:
        """A token that names an object and proves the right to `purpose` on it."""
        return encode(_packed(object_id) + self.mac(purpose, object_id, *bound))

    def claimed_object(self, token: str) -> int | None:
        """The object a token names, not yet believed: find what it is bound to, ask `proves`."""
        raw = decode(token)
        if raw is None or len(raw) != ID_BYTES + MAC_BYTES:
            return None
        object_id = int.from_bytes(raw[:ID_BYTES], "big")
        return object_id if object_id <= ids.LARGEST else None

    def proves(self, token: str, purpose: Purpose, *bound: bytes | str | int) -> bool:
        object_id = self.claimed_object(token)
        raw = decode(token)
        if object_id is None or raw is None:
            return False
        return self.believes(raw[ID_BYTES:], purpose, object_id, *bound)


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(token: str) -> bytes | None:
    """The bytes of a token in its one spelling; None for anything else."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if encode(raw) == token else None


def digest(secret: str) -> bytes:
    """How a random secret (session, sign-in link, API key) is kept."""
    return hashlib.sha256(secret.encode()).digest()


def _packed(number: int) -> bytes:
    return number.to_bytes(ID_BYTES, "big")


def _mac(key: bytes, purpose: Purpose, parts: Sequence[bytes | str | int]) -> bytes:
    message = b"".join(
        len(raw).to_bytes(4, "big") + raw for raw in (purpose.encode(), *map(_bytes, parts))
    )
    return hmac.digest(key, message, "sha256")[:MAC_BYTES]


def _bytes(part: bytes | str | int) -> bytes:
    if isinstance(part, int):
        return b"i" + str(part).encode()
    return b"b" + part if isinstance(part, bytes) else b"s" + part.encode("utf-8", "surrogatepass")
