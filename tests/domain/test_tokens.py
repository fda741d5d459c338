"""Tokens prove what they were made for, and nothing else can be made of them."""

import base64
import itertools
import string

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from comments_service.domain import tokens
from comments_service.domain.tokens import Keyring, Purpose

OLD, NEW = b"the key of last year, long enough", b"the key of this year, long enough"
KEYRING = Keyring((NEW,))
VISITOR = bytes(range(16))
SITE, OTHER_SITE = 1, 2
COMMENT, OTHER_COMMENT = 7, 8

ids = st.integers(0, 2**63 - 1)
visitors = st.binary(min_size=16, max_size=16)
parts = st.lists(
    st.binary(max_size=3) | st.text(st.sampled_from("aé?0\0\ud800\udfff"), max_size=3) | ids,
    max_size=4,
)


@settings(deadline=None)
@given(ids, visitors)
def test_a_visitor_token_proves_its_visitor_on_its_site(site: int, visitor: bytes) -> None:
    assert KEYRING.visitor(site, KEYRING.visitor_token(site, visitor)) == visitor


@settings(deadline=None)
@given(st.sampled_from(Purpose), ids, ids)
def test_an_object_token_names_its_object_and_proves_its_purpose(
    purpose: Purpose, site: int, comment: int
) -> None:
    token = KEYRING.object_token(purpose, comment, site)
    assert KEYRING.claimed_object(token) == comment
    assert KEYRING.proves(token, purpose, site)


def test_a_token_is_fit_for_addresses_and_headers() -> None:
    fit = set(string.ascii_letters + string.digits + "-_")
    assert set(KEYRING.visitor_token(SITE, VISITOR)) <= fit
    assert set(KEYRING.object_token(Purpose.EDIT, COMMENT, SITE)) <= fit


USES = list(itertools.product(Purpose, (SITE, OTHER_SITE), (COMMENT, OTHER_COMMENT)))


@pytest.mark.parametrize(("purpose", "site", "comment"), USES)
def test_a_token_is_good_for_one_purpose_on_one_object_of_one_site(
    purpose: Purpose, site: int, comment: int
) -> None:
    token = KEYRING.object_token(purpose, comment, site)
    for use in USES:
        other_purpose, other_site, other_comment = use
        proven = (
            KEYRING.proves(token, other_purpose, other_site)
            and KEYRING.claimed_object(token) == other_comment
        )
        assert proven == (use == (purpose, site, comment)), use


@pytest.mark.parametrize("purpose", Purpose)
def test_a_token_cant_be_turned_to_another_object(purpose: Purpose) -> None:
    one = KEYRING.object_token(purpose, COMMENT, SITE)
    other = KEYRING.object_token(purpose, OTHER_COMMENT, SITE)
    mixed = tokens.encode(raw(other)[: tokens.ID_BYTES] + raw(one)[tokens.ID_BYTES :])
    assert KEYRING.claimed_object(mixed) == OTHER_COMMENT
    assert not KEYRING.proves(mixed, purpose, SITE)


@pytest.mark.parametrize("purpose", Purpose)
def test_visitor_and_object_tokens_are_not_taken_for_each_other(purpose: Purpose) -> None:
    visitor_token = KEYRING.visitor_token(SITE, VISITOR)
    assert KEYRING.visitor(OTHER_SITE, visitor_token) is None
    assert KEYRING.claimed_object(visitor_token) is None
    assert not KEYRING.proves(visitor_token, purpose, SITE)
    assert KEYRING.visitor(SITE, KEYRING.object_token(purpose, COMMENT, SITE)) is None


@settings(deadline=None)
@given(st.data())
def test_a_token_with_any_character_changed_is_refused(data: st.DataObject) -> None:
    character = data.draw(st.sampled_from(string.ascii_letters + "-_=+/") | st.characters())
    visitor_token = changed(KEYRING.visitor_token(SITE, VISITOR), character, data)
    assert KEYRING.visitor(SITE, visitor_token) is None
    token = changed(KEYRING.object_token(Purpose.EDIT, COMMENT, SITE), character, data)
    assert not KEYRING.proves(token, Purpose.EDIT, SITE)


@settings(deadline=None)
@given(st.text() | st.binary(max_size=40).map(tokens.encode))
def test_any_text_is_a_refusal_and_no_error(text: str) -> None:
    assert KEYRING.visitor(SITE, text) is None
    assert not KEYRING.proves(text, Purpose.EDIT, SITE)
    KEYRING.claimed_object(text)


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_bytes_come_back_from_their_spelling(given_bytes: bytes) -> None:
    assert tokens.decode(tokens.encode(given_bytes)) == given_bytes


def test_a_token_has_one_spelling_only() -> None:
    token = tokens.encode(b"\xfb\xff\xbe\xfb")
    assert token == "-_---w"
    for other in ("-_---w==", "+/+++w", "-_--+w", "-_---x", " -_---w", "-_---w\n", "-_-\n--w"):
        assert tokens.decode(other) is None, other


@pytest.mark.parametrize("spare", range(1, 4))
def test_the_spare_bits_of_a_visitor_token_are_none(spare: int) -> None:
    token = KEYRING.visitor_token(SITE, VISITOR)
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    twin = token[:-1] + alphabet[alphabet.index(token[-1]) + spare]
    assert base64.urlsafe_b64decode(twin + "=") == raw(token)
    assert KEYRING.visitor(SITE, twin) is None


def test_with_two_live_keys_the_first_signs_and_the_old_one_is_still_believed() -> None:
    old, both = Keyring((OLD,)), Keyring((NEW, OLD))
    assert both.visitor(SITE, old.visitor_token(SITE, VISITOR)) == VISITOR
    assert both.proves(old.object_token(Purpose.EDIT, COMMENT, SITE), Purpose.EDIT, SITE)
    assert both.visitor_token(SITE, VISITOR) == KEYRING.visitor_token(SITE, VISITOR)


def test_a_key_that_was_dropped_is_believed_no_more() -> None:
    old = Keyring((OLD,))
    assert KEYRING.visitor(SITE, old.visitor_token(SITE, VISITOR)) is None
    assert not KEYRING.proves(old.object_token(Purpose.EDIT, COMMENT, SITE), Purpose.EDIT, SITE)


@settings(deadline=None)
@given(parts, parts)
def test_different_parts_have_different_macs(one: list[str], other: list[str]) -> None:
    assume(one != other)
    assert KEYRING.mac(Purpose.MESSAGE, *one) != KEYRING.mac(Purpose.MESSAGE, *other)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=3), min_size=2, max_size=4), st.data())
def test_parts_cant_run_over_into_each_other(pieces: list[bytes], data: st.DataObject) -> None:
    """Whatever stands between two parts, a single one with that in it is another message."""
    between = data.draw(st.binary(max_size=5) | st.sampled_from([b"b", b"s", b"\0\0\0\1b"]))
    joined = between.join(pieces)
    assert KEYRING.mac(Purpose.MESSAGE, *pieces) != KEYRING.mac(Purpose.MESSAGE, joined)
    cut = data.draw(st.integers(0, len(joined)))
    other_cut = data.draw(st.integers(0, len(joined)))
    assume(cut != other_cut)
    assert KEYRING.mac(Purpose.MESSAGE, joined[:cut], joined[cut:]) != KEYRING.mac(
        Purpose.MESSAGE, joined[:other_cut], joined[other_cut:]
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((b"1b2",), (b"1", b"2")),
        (("1s2",), ("1", "2")),
        (("1i2",), ("1", 2)),
        ((b"1s2",), (b"1", "2")),
    ],
)
def test_parts_with_a_mark_of_ours_inside_are_not_two_parts(
    one: tuple[bytes | str | int, ...], other: tuple[bytes | str | int, ...]
) -> None:
    assert KEYRING.mac(Purpose.MESSAGE, *one) != KEYRING.mac(Purpose.MESSAGE, *other)


def test_halves_of_characters_are_told_apart() -> None:
    macs = {KEYRING.mac(Purpose.MESSAGE, part) for part in ("?", "\ud800", "\udfff", "\ufffd")}
    assert len(macs) == 4


def test_a_number_its_digits_and_its_bytes_are_different_parts() -> None:
    macs = {KEYRING.mac(Purpose.MESSAGE, part) for part in (49, "49", b"49", "i49", b"1", 1)}
    assert len(macs) == 6


def test_a_kept_secret_is_found_again_by_its_digest_alone() -> None:
    assert tokens.digest("once") == tokens.digest("once")
    assert tokens.digest("once") != tokens.digest("twice")
    assert b"once" not in tokens.digest("once")


def raw(token: str) -> bytes:
    found = tokens.decode(token)
    assert found is not None
    return found


def changed(token: str, character: str, data: st.DataObject) -> str:
    place = data.draw(st.integers(0, len(token) - 1))
    assume(token[place] != character)
    return token[:place] + character + token[place + 1 :]
