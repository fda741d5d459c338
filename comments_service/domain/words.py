"""The words of a text as a search compares them: the same whatever database keeps them.

Capitals, accents and compatibility forms make no difference. Where a script sets no spaces, each
character is a word. It knows no language: no stems, no words that are left out.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import islice

from comments_service.domain import limits

# Thai, Lao, Myanmar, Khmer, the Tai scripts, kana, bopomofo and Han.
_ALONE = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u3005-\u3007\u3021-\u312f"
    r"\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaadf\uf900-\ufaff"
    r"\U0001aff0-\U0001b16f\U00020000-\U0003ffff"
)
_RUN = re.compile(rf"(?P<alone>(?:(?![\W_])[{_ALONE}])+)|[^\W_{_ALONE}]+")
_PREFIX_FROM = 2  # characters: one alone would begin half of all words


@dataclass(frozen=True)
class Term:
    """What a text must have: one word or the beginning of one, or words that follow each other."""

    words: tuple[str, ...]
    begins: bool = False


def of_text(text: str) -> list[str]:
    """Its words in their order: letters and digits only, the longest ones cut."""
    return [word for run in _RUN.finditer(fold(text)) for word in _words(run)]


def asked(text: str) -> list[Term]:
    """What a query asks for; all of it must be there. The last word may be unfinished.

    What goes beyond the first words isn't looked for.
    """
    runs = list(islice(_RUN.finditer(fold(text)), limits.QUERY_WORDS))
    terms = [Term(_words(run)) for run in runs]
    if runs and runs[-1]["alone"] is None and len(runs[-1][0]) >= _PREFIX_FROM:
        terms[-1] = Term(terms[-1].words, begins=True)
    return terms


def fold(text: str) -> str:
    """One spelling for all that a search takes to be the same."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(one for one in spread if unicodedata.category(one)[0] != "M")
    return unicodedata.normalize("NFKC", bare)


def _words(run: re.Match[str]) -> tuple[str, ...]:
    return tuple(run[0]) if run["alone"] else (run[0][: limits.WORD_LENGTH],)
