from comments_service.domain.screening import RULES, Facts, Signal, judge
from comments_service.schemas import reasons

EVERYTHING = Facts(
    moderation="all",
    max_links=0,
    trusted=False,
    links=["elsewhere.example"],
    own_authorities=frozenset(),
    trap_filled=True,
    elapsed=0.1,
)


def test_every_signal_of_screening_has_words_of_its_own() -> None:
    found = [*judge(EVERYTHING).signals, *judge(_newcomer()).signals]
    assert {signal.code for signal in found} >= {"honeypot", "too_fast", "links", "all_held"}
    assert len(RULES) == len({signal.code for signal in found})
    for signal in found:
        words = reasons.for_moderator(signal.code, signal.params)
        assert words != signal.code.replace("_", " ").capitalize() or words == "First comment"


def test_links_are_counted_in_the_words() -> None:
    assert reasons.for_moderator("links", {"count": 1}) == "1 link"
    assert reasons.for_moderator("links", {"count": 3}) == "3 links"


def test_a_moderators_own_reason_stands_as_typed() -> None:
    assert reasons.for_moderator("moderator", {"text": "Off <topic>"}) == "Off <topic>"


def test_an_unknown_code_is_shown_and_not_an_error() -> None:
    assert reasons.for_moderator("near_duplicate", {}) == "Near duplicate"


def test_an_author_hears_the_first_kind_reason() -> None:
    heard = reasons.for_author([Signal("honeypot"), Signal("first_comment")])
    assert heard == {
        "code": "first_comment",
        "text": "A first comment is read by a moderator before it appears.",
    }


def test_an_author_never_hears_what_would_teach_a_spammer() -> None:
    for signals in ([], [Signal("honeypot")], [Signal("too_fast"), Signal("words")]):
        heard = reasons.for_author(signals)
        assert heard == {"code": "moderator", "text": "A moderator takes a look."}


def _newcomer() -> Facts:
    return Facts(
        moderation="newcomers",
        max_links=2,
        trusted=False,
        links=[],
        own_authorities=frozenset(),
    )


def test_reports_are_counted_with_what_they_say() -> None:
    told = {"count": 3, "reasons": "off_topic, spam"}
    assert reasons.for_moderator("reported", told) == "3 reports: off topic, spam"
