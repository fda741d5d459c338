"""What a search finds is what somebody finds who reads every comment."""

import pytest
from sqlalchemy import select

from comments_service import migrations
from comments_service.database import db, snapshot
from comments_service.domain.states import Decision, State
from comments_service.domain.words import asked, of_text
from comments_service.models import Comment
from comments_service.operations import comments, team_answers
from comments_service.queries import moderation, sites, words
from tests.scene import Scene

LINKS = " ".join(f"https://{host}.example" for host in "abc")
BODIES = (
    "The night ferry leaves at six.",
    "Nightly ferries? At NIGHT, by ferry!",
    "Café ﬁne, cafe\u0301 FINE",
    "夜の船は六時に出る",
    "船の夜",
    "ฉันชอบเรือ",
    "Straße 12, Шульц",
    "… 🚢 …",
    'it’s 100% don\'t "quoted" AND (or) NOT near* -minus',
    "night " * 300,
)
QUERIES = (
    *("ferry", "FERR", "night ferry", "ferry night", "n", "night f", "nig", "at six", "cafe fin"),
    *(
        "夜",
        "船 夜",
        "夜の船",
        "の夜",
        "六時 船",
        "เรือ",
        "strasse",
        "12",
        "1",
        "шул",
        "and",
        "or near",
    ),
    *("don't", '"quoted"', "100%", "minus*", "night" * 20, "a b c d e f g h i j k l m n o p q r"),
    *(
        "ruth",
        "RUTH A",
        "ruth@amberley.example",
        "Ruth@Amberley.example",
        "amberley.example",
        "!!!",
    ),
    *("éva", "ÉVA", "zo", "r%", "_", "'", "\\", "regretted", "brandnew", "unheld"),
)


def _read(query: str, state: State) -> list[int]:
    """A naive search through all there is."""
    with snapshot() as session:
        everything = session.scalars(select(Comment).order_by(Comment.id)).all()
    return [one.id for one in everything if one.state == state and _fits(one, query)]


def _fits(comment: Comment, query: str) -> bool:
    has, terms = of_text(comment.body_source), asked(query)
    by_words = bool(terms)
    for term in terms:
        size = len(term.words)
        runs = [tuple(has[at : at + size]) for at in range(len(has) - size + 1)]
        begun = term.begins and any(word.startswith(term.words[0]) for word in has)
        by_words = by_words and (begun or term.words in runs)
    named = comment.author_name.lower().startswith(query.lower())
    return by_words or named or (comment.author_email or "").lower() == query.lower()


def _assert_alike(state: State = State.APPROVED) -> None:
    for place, query in enumerate(QUERIES):
        newest_first = bool(place % 2)
        rows = moderation.comments(
            state, site_ids=None, limit=100, newest_first=newest_first, q=query
        )
        wanted = sorted(_read(query, state), reverse=newest_first)
        assert [row.id for row in rows] == wanted, query


def _fill(scene: Scene) -> list[int]:
    emails = ("ruth@amberley.example", None)
    names = ("Ruth Amberley", "Éva Ferry", "Zoë")
    return [
        scene.post(names[at % 3], body=body, email=emails[at % 2]) for at, body in enumerate(BODIES)
    ]


@pytest.mark.parametrize("walked", [0, 2, words.WALKED])
def test_a_search_finds_what_reading_everything_finds(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, walked: int
) -> None:
    monkeypatch.setattr(words, "WALKED", walked)
    _fill(scene)
    _assert_alike()


def test_it_finds_the_texts_as_they_are_now(scene: Scene) -> None:
    [site] = sites.everything()
    first, second, third, fourth, *_others = _fill(scene)
    comments.edit(first, "A brandnew text", site=site)
    comments.edit(second, f"Unheld {LINKS}", site=site)
    assert _read("unheld", State.APPROVED) == []
    scene.decide(second, Decision.APPROVE)
    _assert_alike()
    scene.decide(second, Decision.UNDO)
    comments.edit(third, "Much regretted", site=site)
    comments.delete(third, site=site, by_token=False)
    team_answers.answer(fourth, "A brandnew answer", actor="ines@example.com", site_ids=None)
    _assert_alike()
    _assert_alike(State.DELETED)


def test_no_word_of_a_deleted_text_is_kept(scene: Scene) -> None:
    [site] = sites.everything()
    comment = scene.post(body="Very regretted.")
    comments.delete(comment, site=site, by_token=False)
    with db.engine.connect() as connection:
        kept = connection.exec_driver_sql(
            "SELECT count(*) FROM comment_words WHERE words <> ''"
        ).scalar()
    assert kept == 0


def test_what_was_written_before_there_was_an_index_is_found(
    scene: Scene, database_url: str
) -> None:
    _fill(scene)
    db.engine.dispose()
    migrations.downgrade(database_url, "0002")
    migrations.upgrade(database_url)
    _assert_alike()


def test_a_stretch_of_what_is_found_goes_on_where_the_last_ended(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [scene.post(body=f"night {number}") for number in range(5)]
    for walked in (1, words.WALKED):
        monkeypatch.setattr(words, "WALKED", walked)
        found = moderation.comments(State.APPROVED, site_ids=None, limit=2, after=ids[1], q="night")
        assert [row.id for row in found] == ids[2:4]
        assert moderation.previous(State.APPROVED, site_ids=None, before=ids[3], q="4") is None
        assert moderation.previous(State.APPROVED, site_ids=None, before=ids[3], q="1") == ids[1]


@pytest.mark.parametrize("walked", [0, words.WALKED])
def test_an_author_is_found_by_the_whole_name_or_e_mail_and_searched(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, walked: int
) -> None:
    monkeypatch.setattr(words, "WALKED", walked)
    ids = _fill(scene)
    [site] = sites.everything()
    for site_ids in (None, frozenset({site.id}), frozenset({site.id, site.id + 1})):
        for author, q, wanted in (
            ("Zoë", None, ids[2::3]),
            ("zoë", None, []),
            ("Zo", None, []),
            ("RUTH@amberley.example", None, ids[::2]),
            ("Ruth Amberley", "ferry", [ids[0]]),
            ("Ruth Amberley", "zeppelin", []),
            ("ruth@amberley.example", "night", [ids[0]]),
        ):
            rows = moderation.comments(
                State.APPROVED, site_ids=site_ids, limit=99, author=author, q=q
            )
            assert [row.id for row in rows] == wanted, (author, q)


def test_a_search_stays_within_its_sites(scene: Scene) -> None:
    [site] = sites.everything()
    scene.post(body="night")
    for own, count in ((site.id, 1), (site.id + 1, 0)):
        rows = moderation.comments(State.APPROVED, site_ids=frozenset({own}), limit=9, q="night")
        assert len(rows) == count
