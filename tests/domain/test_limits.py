"""Failed mails are tried again after growing pauses, and not for ever."""

from datetime import timedelta

from comments_service.domain import limits


def test_the_pauses_begin_at_five_minutes_and_double() -> None:
    pauses = [limits.retry_delay(attempts) for attempts in range(1, 5)]
    assert pauses == [timedelta(minutes=minutes) for minutes in (5, 10, 20, 40)]


def test_the_pauses_never_shrink_and_end_at_half_a_day() -> None:
    pauses = [limits.retry_delay(attempts) for attempts in range(1, 200)]
    assert pauses == sorted(pauses)
    assert max(pauses) == timedelta(hours=12)


def test_any_number_of_attempts_has_a_pause() -> None:
    assert limits.retry_delay(0) == limits.retry_delay(1)
    assert limits.retry_delay(10**9) == timedelta(hours=12)


def test_five_days_are_enough_for_many_attempts() -> None:
    waited, attempts = timedelta(), 0
    while waited < limits.GIVE_UP_AFTER:
        attempts += 1
        waited += limits.retry_delay(attempts)
    assert 10 < attempts < 30
