"""The store of ready answers: bounded, and not to be swept empty."""

from hypothesis import given
from hypothesis import strategies as st

from comments_service.web.shelf import Shelf

MOST = 1000
Steps = st.lists(st.tuples(st.booleans(), st.integers(0, 30), st.integers(1, 150)), max_size=300)


@given(Steps)
def test_it_is_never_larger_than_told_and_gives_what_was_put_last(
    steps: list[tuple[bool, int, int]],
) -> None:
    shelf, last = Shelf[int, int](MOST), dict[int, int]()
    for number, (puts, key, size) in enumerate(steps):
        if puts:
            shelf.put(key, number, size=size)
            last[key] = number
        assert shelf.get(key) in {None, last.get(key)}
        assert shelf.size <= MOST


@given(st.integers(200, 2000))
def test_what_is_asked_for_once_leaves_what_is_asked_for_again(strangers: int) -> None:
    shelf = Shelf[str, str](MOST)
    for name in ("news", "sport"):
        shelf.put(name, name, size=40)
        assert shelf.get(name) == name
    for number in range(strangers):
        shelf.put(f"stranger {number}", "", size=30)
        if number % 10 == 0:
            assert shelf.get("news") == "news"
    assert shelf.get("sport") == "sport"


def test_the_size_is_that_of_what_stands_last() -> None:
    shelf = Shelf[str, int](MOST)
    for size in (10, 90, 30):
        shelf.put("one", size, size=size)
        shelf.get("one")
        assert shelf.size == size


def test_what_would_take_more_than_a_tenth_is_not_kept() -> None:
    shelf = Shelf[str, int](MOST)
    shelf.put("large", 1, size=101)
    assert shelf.get("large") is None
    assert shelf.size == 0
