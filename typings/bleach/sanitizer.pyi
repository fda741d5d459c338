from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias

_Filter: TypeAlias = Callable[[str, str, str], bool]

class Cleaner:
    def __init__(
        self,
        tags: Collection[str] = ...,
        attributes: Collection[str] | Mapping[str, Collection[str] | _Filter] | _Filter = ...,
        protocols: Collection[str] = ...,
        strip: bool = ...,
        strip_comments: bool = ...,
    ) -> None: ...
    def clean(self, text: str) -> str: ...
