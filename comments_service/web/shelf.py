"""A store bounded in bytes, which what is asked for only once can't sweep empty (S3-FIFO).

Reading takes no lock. What is new stands in a short queue; when it gets to its end without having
been asked for, it goes, and else into the long one, where everything asked for gets another round.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

NEW_SHARE = 10  # a tenth of the bytes is for what is new
AnyKey = TypeVar("AnyKey", bound=Hashable)
AnyValue = TypeVar("AnyValue")


@dataclass(slots=True)
class _Place(Generic[AnyValue]):
    value: AnyValue
    size: int
    asked: bool = False


class Shelf(Generic[AnyKey, AnyValue]):
    """`most`: how many bytes it holds, by the sizes it is told."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._new: OrderedDict[AnyKey, _Place[AnyValue]] = OrderedDict()
        self._kept: OrderedDict[AnyKey, _Place[AnyValue]] = OrderedDict()
        self._new_size = self._kept_size = 0
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        return self._new_size + self._kept_size

    def get(self, key: AnyKey) -> AnyValue | None:
        place = self._kept.get(key) or self._new.get(key)
        if place is None:
            return None
        place.asked = True
        return place.value

    def put(self, key: AnyKey, value: AnyValue, *, size: int) -> None:
        """In the place of what has this key; what is larger than a tenth of all isn't kept."""
        with self._lock:
            known = self._take_out(key)
            if size > self._most // NEW_SHARE:
                return
            if known:
                self._keep(key, _Place(value, size))
            else:
                self._new[key] = _Place(value, size)
                self._new_size += size
            self._make_room()

    def _take_out(self, key: AnyKey) -> bool:
        """Whether it was there and had been asked for."""
        if (place := self._kept.pop(key, None)) is not None:
            self._kept_size -= place.size
            return True
        if (place := self._new.pop(key, None)) is not None:
            self._new_size -= place.size
            return place.asked
        return False

    def _keep(self, key: AnyKey, place: _Place[AnyValue]) -> None:
        place.asked = False
        self._kept[key] = place
        self._kept_size += place.size

    def _make_room(self) -> None:
        while self._new_size > self._most // NEW_SHARE:
            key, place = self._new.popitem(last=False)
            self._new_size -= place.size
            if place.asked:
                self._keep(key, place)
        while self.size > self._most:
            key, place = self._kept.popitem(last=False)
            self._kept_size -= place.size
            if place.asked:
                self._keep(key, place)
