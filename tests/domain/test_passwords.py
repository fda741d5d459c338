import unicodedata

import pytest

from comments_service.domain import passwords

GOOD = "night-ferry soup, 1987"


def test_a_password_of_some_unrelated_words_will_do() -> None:
    for good in (GOOD, "correct horse battery staple", "тихая паромная переправа ночью"):
        passwords.check(good)


@pytest.mark.parametrize("length", [0, 1, 11])
def test_a_short_one_is_told_how_short_it_is(length: int) -> None:
    with pytest.raises(ValueError, match=f"at least 12 characters; this one has {length}"):
        passwords.check(GOOD[:length])


def test_up_to_two_hundred_characters_of_any_kind_are_taken() -> None:
    passwords.check((GOOD + " \0\t\N{SNOWMAN}\N{PILE OF POO}" * 50)[:200])
    with pytest.raises(ValueError, match="at most 200"):
        passwords.check("x" * 201)


@pytest.mark.parametrize(
    "easy",
    [
        "passwordpassword",
        "Password12345!",
        "p4$$w0rdp4$$w0rd",
        "qwertyuiop123",
        "aaaaaaaaaaaaaaaa",
        "abcdefghijklmnop",
        "123456789012345",
        "iloveyouforever1",
        "december 1987",
    ],
)
def test_what_is_guessed_early_is_refused(easy: str) -> None:
    with pytest.raises(ValueError, match="too easy to guess"):
        passwords.check(easy)


def test_what_is_near_to_its_owner_is_guessed_early() -> None:
    near = (*passwords.parts("saltmarsh@courier.example"), *passwords.parts("The Tide Table"), "")
    passwords.check("saltmarsh@courier.example")
    for easy in (
        "saltmarsh@courier.example",
        "TheTideTable1",
        "The Tide Table",
        "SaltmarshCourier",
    ):
        with pytest.raises(ValueError, match="too easy to guess"):
            passwords.check(easy, near=near)


def test_two_spellings_of_a_letter_are_one_password() -> None:
    composed = "Gänsefüßchen über Bord"
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    assert passwords.normal(composed) == passwords.normal(decomposed)


def test_nothing_of_a_password_is_cut() -> None:
    long = "x" * 199
    assert passwords.normal(long + "a") != passwords.normal(long + "b")
    assert passwords.normal("a\0b") != passwords.normal("a\0c")
    assert passwords.normal("\ud800") != passwords.normal("\ud801")
