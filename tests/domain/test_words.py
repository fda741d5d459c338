from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments_service.domain import limits, words
from comments_service.domain.words import Term


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "The night-ferry's *crossing*, 310 passengers!",
            "the night ferry s crossing 310 passengers",
        ),
        ("Café CAFÉ cafe\u0301 ﬁne Straße STRASSE", "cafe cafe cafe fine strasse strasse"),
        ("snake_case https://a.example/b", "snake case https a example b"),
        ("Łódź Ærø İzmir", "łodz ærø izmir"),
        ("夜のフェリー ①", "夜 の フ ェ リ ー 1"),
        ("ภาษาไทย", "ภ า ษ า ไ ท ย"),
        ("밤 배가", "밤 배가"),
        ("…!? 🚢 —", ""),
    ],
)
def test_a_text_is_runs_of_folded_letters_and_digits(text: str, found: str) -> None:
    assert words.of_text(text) == found.split()


def test_a_query_asks_for_each_word_and_for_the_beginning_of_the_last() -> None:
    assert words.asked("Night  Ferr") == [Term(("night",)), Term(("ferr",), begins=True)]
    assert words.asked("night f") == [Term(("night",)), Term(("f",))]
    assert words.asked("夜船 ferry 海") == [Term(("夜", "船")), Term(("ferry",)), Term(("海",))]
    assert words.asked("?!") == []


def test_what_is_too_much_is_cut() -> None:
    assert words.of_text("a" * 100) == ["a" * limits.WORD_LENGTH]
    assert words.asked("a" * 100) == [Term(("a" * limits.WORD_LENGTH,), begins=True)]
    assert len(words.asked("a " * 100)) == limits.QUERY_WORDS


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    assert words.fold(words.fold(text)) == words.fold(text)


@given(st.text())
def test_words_are_letters_and_digits_without_capitals(text: str) -> None:
    for word in words.of_text(text):
        assert word.isalnum()
        assert 1 <= len(word) <= limits.WORD_LENGTH
        assert word == words.fold(word)
        assert not any("A" <= letter <= "Z" for letter in word)


@given(st.text())
def test_a_text_is_found_by_its_own_words(text: str) -> None:
    has = words.of_text(text)
    wanted = [word for term in words.asked(text) for word in term.words]
    assert wanted == has[: len(wanted)]


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll", "Mn", "Nd"])))
def test_it_makes_no_difference_how_an_accent_is_spelled(text: str) -> None:
    spellings = {tuple(words.of_text(normalize(form, text))) for form in ("NFC", "NFD", "NFKD")}
    assert len(spellings) == 1
