"""A cursor leads on in the list it was made for; for any other it is Invalid at /cursor."""

import string

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from comments_service.domain import cursors
from comments_service.domain.errors import Invalid
from comments_service.domain.tokens import Keyring, Purpose, decode, encode

KEYRING = Keyring((b"the key of this year, long enough",))
OTHERS = Keyring((b"the key of some other service!!!!",))
LIST = ("oldest", 1, 7)

positions = st.integers(0, 2**63 - 1)
several = st.lists(positions, min_size=1, max_size=4).map(tuple)
lists = st.tuples(st.sampled_from(["oldest", "newest", "replies", "queue"]), positions, positions)


def refused(cursor: str, *bound: str | int, keyring: Keyring = KEYRING) -> bool:
    """Whether it is Invalid at /cursor and nowhere else."""
    try:
        cursors.read(keyring, cursor, *bound)
    except Invalid as refusal:
        return [error.pointer for error in refusal.errors] == ["/cursor"]
    return False


@settings(deadline=None)
@given(positions, lists)
def test_a_cursor_leads_on_in_its_own_list(position: int, bound: tuple[str, int, int]) -> None:
    cursor = cursors.write(KEYRING, position, *bound)
    assert cursors.read(KEYRING, cursor, *bound) == position


@settings(deadline=None)
@given(positions, lists, lists)
def test_a_cursor_is_of_no_use_in_any_other_list(
    position: int, bound: tuple[str, int, int], other: tuple[str, int, int]
) -> None:
    assume(bound != other)
    assert refused(cursors.write(KEYRING, position, *bound), *other)


@settings(deadline=None)
@given(several, lists)
def test_a_place_of_several_numbers_leads_on(
    position: tuple[int, ...], bound: tuple[str, int, int]
) -> None:
    cursor = cursors.write(KEYRING, position, *bound)
    assert cursors.read_several(KEYRING, cursor, len(position), *bound) == position


@settings(deadline=None)
@given(several, lists, st.integers(1, 4))
def test_a_place_of_more_or_fewer_numbers_is_of_no_use(
    position: tuple[int, ...], bound: tuple[str, int, int], count: int
) -> None:
    assume(count != len(position))
    with pytest.raises(Invalid):
        cursors.read_several(KEYRING, cursors.write(KEYRING, position, *bound), count, *bound)


@settings(deadline=None)
@given(positions, positions)
def test_no_number_passes_from_the_list_into_the_place(one: int, other: int) -> None:
    """Not even when a list's own name begins with a number."""
    raw = decode(cursors.write(KEYRING, one, other, *LIST))
    assert raw is not None
    forged = encode(raw[:8] + other.to_bytes(8, "big") + raw[8:])
    with pytest.raises(Invalid):
        cursors.read_several(KEYRING, forged, 2, *LIST)


@settings(deadline=None)
@given(st.tuples(positions, positions), st.data())
def test_no_part_of_several_numbers_can_be_changed(
    position: tuple[int, int], data: st.DataObject
) -> None:
    raw = bytearray(decode(cursors.write(KEYRING, position, *LIST)) or b"")
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Invalid):
        cursors.read_several(KEYRING, encode(bytes(raw)), 2, *LIST)


@pytest.mark.parametrize(
    "other",
    [
        ("newest", 1, 7),  # another sort
        ("oldest", 2, 7),  # another site
        ("oldest", 1, 8),  # another thread
        ("oldest", 17),  # the same characters, bound otherwise
        ("oldest", 1),
        ("oldest", 1, 7, ""),
        ("oldest", "1", "7"),
        (),
    ],
)
def test_another_sort_site_or_thread_refuses_it(other: tuple[str | int, ...]) -> None:
    assert refused(cursors.write(KEYRING, 50, *LIST), *other)


def test_a_cursor_of_another_service_is_refused() -> None:
    assert refused(cursors.write(OTHERS, 50, *LIST), *LIST)


def test_a_cursor_of_the_last_key_still_leads_on() -> None:
    both = Keyring(OTHERS.keys + KEYRING.keys)
    assert cursors.read(both, cursors.write(KEYRING, 50, *LIST), *LIST) == 50


@settings(deadline=None)
@given(st.data())
def test_a_cursor_with_any_character_changed_is_refused(data: st.DataObject) -> None:
    cursor = cursors.write(KEYRING, data.draw(positions), *LIST)
    place = data.draw(st.integers(0, len(cursor) - 1))
    character = data.draw(st.sampled_from(string.ascii_letters + "-_=") | st.characters())
    assume(cursor[place] != character)
    assert refused(cursor[:place] + character + cursor[place + 1 :], *LIST)


@settings(deadline=None)
@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    assert refused(text, *LIST)


@pytest.mark.parametrize("purpose", [one for one in Purpose if one is not Purpose.CURSOR])
def test_a_token_for_something_else_is_no_cursor(purpose: Purpose) -> None:
    assert refused(KEYRING.object_token(purpose, 50, *LIST), *LIST)
