"""The widget's languages: each is whole, and says with a value what English says with it."""

import json
import re
from functools import cache

import pytest

from tests.browser.test_bundle import LANGUAGES, node

FORMS = {"ar": 6}  # of a plural; the others have one for one and one for more
ALIKE = {"de": {"name", "website", "team"}, "fr": {"email"}, "es": set[str](), "ar": set[str]()}
VALUE = re.compile(r"{\w+}")
EACH = pytest.mark.parametrize("name", LANGUAGES)


@cache
def messages() -> dict[str, dict[str, dict[str, str]]]:
    """What the message files export, by language."""
    told = node(
        "--eval",
        "import('./languages.mjs').then(({ messages }) => console.log(JSON.stringify(messages)))",
    )
    assert told.returncode == 0, told.stdout.decode()
    return json.loads(told.stdout)


def english() -> dict[str, str]:
    groups = messages()["en"].values()
    phrases = {name: text for group in groups for name, text in group.items()}
    assert len(phrases) == sum(map(len, groups)), "two groups have a phrase of one name"
    return phrases


def test_there_are_the_promised_ones() -> None:
    assert {"de", "fr", "es", "ar"} <= set(LANGUAGES)


@EACH
def test_it_says_every_phrase_in_its_own_words(name: str) -> None:
    phrases = messages()[name]["phrases"]
    assert set(phrases) == set(english())
    assert all(text.strip() and "\n" not in text for text in phrases.values())
    same = {phrase for phrase, text in phrases.items() if text == english()[phrase]}
    assert same - {"dir", "left"} == ALIKE[name]


@EACH
def test_it_is_called_by_its_name(name: str) -> None:
    phrases = messages()[name]["phrases"]
    assert phrases["lang"] == name
    assert phrases["dir"] == ("rtl" if name == "ar" else "ltr")


@EACH
def test_its_sentences_take_the_same_values(name: str) -> None:
    for phrase, text in english().items():
        forms = messages()[name]["phrases"][phrase].split("|")
        assert len(forms) == (FORMS.get(name, 2) if "|" in text else 1), phrase
        assert VALUE.findall(forms[-1]) == VALUE.findall(text.split("|")[-1]), phrase
        for form in forms:
            assert set(VALUE.findall(form)) <= set(VALUE.findall(text)), phrase
