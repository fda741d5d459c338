"""Keys that make a message one for ever: the same for the same event, and for no other."""

import itertools

from comments_service.domain import events


def test_an_event_has_one_key_however_often_it_happens() -> None:
    assert events.approved_key(7) == events.approved_key(7)
    assert events.mail_key(7, 3) == events.mail_key(7, 3)
    assert events.confirm_key(3) == events.confirm_key(3)


def test_no_two_events_share_a_key() -> None:
    numbers = (1, 2, 11, 12, 111)
    keys = [
        *map(events.approved_key, numbers),
        *map(events.confirm_key, numbers),
        *itertools.starmap(events.mail_key, itertools.product(numbers, numbers)),
    ]
    assert len(set(keys)) == len(keys)


def test_a_key_fits_its_column_with_the_longest_ids() -> None:
    assert len(events.mail_key(2**63 - 1, 2**63 - 1)) <= 100
