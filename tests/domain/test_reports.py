import pytest

from comments_service.domain.reports import Voice, agree


def voices(trusted: int, others: int, *, networks: int | None = None) -> list[Voice]:
    """So many trusted readers and others, each of a network of his own or of so many in all."""
    return [
        Voice(network=str(number % (networks or 100)), trusted=number < trusted)
        for number in range(trusted + others)
    ]


@pytest.mark.parametrize(
    ("heard", "newcomer", "agreed"),
    [
        (voices(3, 0), False, True),
        (voices(2, 0), False, False),
        (voices(2, 50), False, False),
        (voices(0, 3), False, False),
        (voices(0, 3), True, True),
        (voices(2, 1), True, True),
        (voices(1, 1), True, False),
        (voices(9, 0, networks=2), False, False),
        (voices(0, 9, networks=2), True, False),
    ],
)
def test_enough_of_different_networks_agree(
    heard: list[Voice], *, newcomer: bool, agreed: bool
) -> None:
    assert agree(heard, enough=3, newcomer=newcomer) is agreed


def test_a_network_that_is_forgotten_counts_for_none() -> None:
    forgotten = [Voice(network=None, trusted=True)] * 3
    assert not agree([*voices(2, 0), *forgotten], enough=3, newcomer=True)
