"""What readers report: counted once each, hidden when they agree, settled by a moderator."""

from dataclasses import replace
from itertools import count

import pytest
from sqlalchemy import select

from comments_service import clock, settings
from comments_service.database import snapshot
from comments_service.domain.errors import Missing, OwnComment
from comments_service.domain.people import Asker
from comments_service.domain.reports import Reason
from comments_service.domain.states import Decision, State
from comments_service.models import Comment, LogEntry, Report
from comments_service.operations import comments, moderation, reports, sites, team_answers
from comments_service.operations.moderation import Decided
from comments_service.queries import sites as site_queries
from comments_service.queries import threads as reading
from comments_service.queries.sites import SiteRow
from tests.scene import PAGE, Scene

AUTHOR = b"an author's id.."
_numbers = count(1)


def site() -> SiteRow:
    return site_queries.of_page(PAGE)[0]


def stranger(network: str | None = None) -> Asker:
    return Asker(visitor=None, network=network or f"net {next(_numbers)}")


def trusted(scene: Scene) -> Asker:
    """A reader of a network of his own, with an approved comment."""
    visitor = clock.random_bytes(16)
    scene.post("Somebody", visitor=visitor)
    return replace(stranger(), visitor=visitor)


def report(one: int, asker: Asker, reason: Reason = Reason.SPAM, text: str | None = None) -> None:
    reports.report(one, reason, text, site=site(), asker=asker)


def comment(one: int) -> Comment:
    with snapshot() as session:
        return session.get_one(Comment, one)


def decide(one: int, decision: Decision) -> Decided:
    (done,) = moderation.decide([one], decision, actor="ines@example.com", site_ids=None)
    return done


def log(one: int) -> list[tuple[str, str, str | None, str]]:
    with snapshot() as session:
        entries = session.scalars(
            select(LogEntry).where(LogEntry.comment_id == one).order_by(LogEntry.id)
        )
        return [(entry.actor, entry.event, entry.from_state, entry.to_state) for entry in entries]


@pytest.fixture
def old_hands(scene: Scene) -> int:
    """A comment of somebody with another approved one."""
    scene.post(visitor=AUTHOR)
    return scene.post(visitor=AUTHOR)


def test_a_report_is_counted_once_a_reader(scene: Scene) -> None:
    one, reader = scene.post(), replace(stranger(), issued=clock.random_bytes(16))
    report(one, reader, Reason.ABUSIVE, "It shouts.")
    report(one, replace(reader, visitor=reader.issued, issued=None), Reason.SPAM)
    assert comment(one).open_reports == 1
    with snapshot() as session:
        [kept] = session.scalars(select(Report))
    assert (kept.reason, kept.text, kept.visitor) == ("abusive", "It shouts.", reader.issued)


def test_without_a_visitor_a_network_is_one_reader_of_a_comment(scene: Scene) -> None:
    one, other = scene.post(), scene.post()
    for _ in range(2):
        report(one, stranger("a network"))
        report(other, stranger("a network"))
    assert [comment(one).open_reports, comment(other).open_reports] == [1, 1]
    with snapshot() as session:
        assert len({kept.reporter for kept in session.scalars(select(Report))}) == 2


def test_only_what_readers_see_can_be_reported(scene: Scene) -> None:
    held, gone = scene.post(approve=False), scene.post()
    decide(gone, Decision.DELETE)
    sites.add("Kiln & Clay", ["https://kiln.example"])
    elsewhere = scene.post(page="https://kiln.example/glaze")
    for one in (held, gone, elsewhere, 17):
        with pytest.raises(Missing):
            report(one, stranger())
    with snapshot() as session:
        assert session.scalars(select(Report)).all() == []


def test_nobody_reports_his_own(scene: Scene) -> None:
    one = scene.post(visitor=AUTHOR)
    with pytest.raises(OwnComment):
        report(one, replace(stranger(), visitor=AUTHOR))


def test_strangers_hide_what_a_newcomer_wrote(scene: Scene) -> None:
    one = scene.post(visitor=AUTHOR)
    reply = scene.post(parent=one)
    for reason in (Reason.SPAM, Reason.ABUSIVE):
        report(one, stranger(), reason)
        assert comment(one).state == State.APPROVED
    report(one, stranger(), Reason.ABUSIVE)
    hidden = comment(one)
    assert hidden.state == State.PENDING
    assert hidden.reasons == [
        {"code": "reported", "params": {"count": 3, "reasons": "abusive, spam"}}
    ]
    assert log(one)[-1] == ("readers", "reported", "approved", "pending")
    page = reading.page(site_queries.page(PAGE), sort=reading.Sort.OLDEST, limit=50, cursor=None)
    [shown] = page.comments
    assert (shown.state, shown.body_html, shown.author) == ("in_review", None, None)
    assert shown.replies[0].id == reply
    with pytest.raises(Missing):
        report(one, stranger())


def test_strangers_hide_nothing_of_whom_the_site_trusts(scene: Scene, old_hands: int) -> None:
    for _ in range(5):
        report(old_hands, stranger())
    assert comment(old_hands).state == State.APPROVED
    assert comment(old_hands).open_reports == 5


def test_trusted_readers_hide_anything(scene: Scene, old_hands: int) -> None:
    readers = [trusted(scene) for _ in range(3)]
    for reader in readers[:2]:
        report(old_hands, reader)
    report(old_hands, replace(trusted(scene), network=readers[0].network))
    assert comment(old_hands).state == State.APPROVED  # two networks
    report(old_hands, readers[2])
    assert comment(old_hands).state == State.PENDING


def test_trust_of_another_site_is_none_here(scene: Scene, old_hands: int) -> None:
    sites.add("Kiln & Clay", ["https://kiln.example"])
    for _ in range(3):
        visitor = clock.random_bytes(16)
        scene.post(page="https://kiln.example/glaze", visitor=visitor)
        report(old_hands, replace(stranger(), visitor=visitor))
    assert comment(old_hands).state == State.APPROVED


def test_one_network_hides_nothing(scene: Scene) -> None:
    one = scene.post(visitor=AUTHOR)
    for _ in range(5):
        report(one, replace(stranger("one network"), issued=clock.random_bytes(16)))
    assert (comment(one).state, comment(one).open_reports) == (State.APPROVED, 5)


def test_what_a_moderator_kept_is_hidden_no_more_until_it_is_edited(scene: Scene) -> None:
    one = scene.post(visitor=AUTHOR)
    for _ in range(3):
        report(one, stranger())
    assert decide(one, Decision.APPROVE).to_state is State.APPROVED
    assert (comment(one).kept, comment(one).open_reports) == (True, 0)
    for _ in range(4):
        report(one, stranger())
    assert (comment(one).state, comment(one).open_reports) == (State.APPROVED, 4)
    settings.install(scene.app, replace(settings.current(), moderation="none"))
    comments.edit(one, "Something else.", site=site())
    assert not comment(one).kept
    report(one, stranger())
    assert comment(one).state == State.PENDING


def test_keeping_what_is_approved_settles_its_reports_and_tells_nobody(scene: Scene) -> None:
    one = scene.post()
    scene.settle()
    report(one, stranger())
    before, messages = log(one), len(scene.outbox())
    done = decide(one, Decision.APPROVE)
    assert (done.from_state, done.to_state) == (State.APPROVED, State.APPROVED)
    assert (comment(one).kept, comment(one).open_reports) == (True, 0)
    assert (log(one), len(scene.outbox())) == (before, messages)
    with snapshot() as session:
        assert all(kept.settled_at for kept in session.scalars(select(Report)))
    assert decide(one, Decision.UNDO).error is None
    assert (comment(one).kept, comment(one).open_reports) == (False, 1)


@pytest.mark.parametrize("decision", [Decision.REJECT, Decision.SPAM, Decision.DELETE])
def test_every_decision_settles_the_reports(scene: Scene, decision: Decision) -> None:
    one = scene.post()
    report(one, stranger())
    decide(one, decision)
    assert (comment(one).open_reports, comment(one).kept) == (0, False)
    decide(one, Decision.UNDO)
    assert (comment(one).open_reports, comment(one).state) == (1, State.APPROVED)


def test_an_edit_published_over_reports_is_kept_and_one_dropped_settles_none(scene: Scene) -> None:
    settings.install(scene.app, replace(settings.current(), moderation="all"))
    one = scene.post(visitor=AUTHOR)
    report(one, stranger())
    for decision, kept, still_open in (
        (Decision.REJECT, False, 1),
        (Decision.APPROVE, True, 0),
    ):
        comments.edit(one, f"Another text, {decision}.", site=site())
        assert comment(one).held_edit_source
        decide(one, decision)
        assert (comment(one).kept, comment(one).open_reports) == (kept, still_open)


def test_a_report_ends_the_time_to_undo(scene: Scene) -> None:
    one = scene.post(approve=False)
    decide(one, Decision.APPROVE)
    report(one, stranger())
    assert decide(one, Decision.UNDO).error is not None
    assert comment(one).state == State.APPROVED


def test_what_the_team_wrote_is_no_newcomers(scene: Scene) -> None:

    one = team_answers.answer(scene.post(), "Thank you.", actor="ines", site_ids=None).id
    for _ in range(3):
        report(one, stranger())
    assert (comment(one).state, comment(one).open_reports) == (State.APPROVED, 3)


def test_what_its_author_deleted_leaves_no_open_report(scene: Scene) -> None:
    one = scene.post(visitor=AUTHOR)
    report(one, stranger())
    comments.delete(one, site=site(), by_token=False)
    assert comment(one).open_reports == 0
