import pytest

from comments_service.domain import ids


@pytest.mark.parametrize("number", [1, 7, 10**18, ids.LARGEST])
def test_an_id_is_read_as_it_was_written(number: int) -> None:
    assert ids.parse(str(number)) == number


@pytest.mark.parametrize(
    "text",
    ["", "0", "-1", "+1", " 1", "1\n", "1_0", "1.0", "x", "٣", "²", str(2**63), "9" * 5_000],
)
def test_what_no_database_takes_is_no_id(text: str) -> None:
    assert ids.parse(text) is None
