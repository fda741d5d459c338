"""Whatever is posted, edited, reported, decided and undone in whatever order: only the table's
ways, and the counters, the log, the outbox and the version stay true.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count, pairwise
from typing import Any, cast

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,  # pyright: ignore[reportUnknownVariableType]
)
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from comments_service import clock
from comments_service.database import snapshot, unit_of_work
from comments_service.domain.errors import (
    Conflict,
    EditClosed,
    Missing,
    NoSuchTransition,
    UndoClosed,
)
from comments_service.domain.events import Kind
from comments_service.domain.people import Asker
from comments_service.domain.reports import Reason
from comments_service.domain.states import Decision, State
from comments_service.models import (
    Comment,
    LogEntry,
    OutboxMessage,
    Report,
    Revision,
    Thread,
    Undo,
)
from comments_service.operations import comments, moderation, reports
from comments_service.operations.moderation import Decided
from comments_service.queries import sites
from comments_service.queries.comments import public_row
from comments_service.schemas.comments import NewComment
from comments_service.settings import Settings
from tests.conftest import MakeSettings
from tests.thread import ARTICLE, ORIGIN, Reader, add_site, approve, decide, found

LINKS = " ".join(f"https://{host}.example" for host in "abc")
HIDDEN = {State.PENDING, State.REJECTED, State.SPAM}
OF_AN_EDIT = {Decision.APPROVE, Decision.REJECT, Decision.SPAM}
MODERATORS = st.sampled_from(["ines@example.com", "piet@example.com"])
ENOUGH = 2  # reports of anybody hide a newcomer's comment

# behaviour.md's table, written down once more: decision → from → to.
WAYS: dict[Decision, dict[State, State]] = {
    Decision.APPROVE: dict.fromkeys(HIDDEN, State.APPROVED),
    Decision.REJECT: dict.fromkeys(set(State) - {State.REJECTED, State.DELETED}, State.REJECTED),
    Decision.SPAM: dict.fromkeys(set(State) - {State.SPAM, State.DELETED}, State.SPAM),
    Decision.DELETE: dict.fromkeys(HIDDEN | {State.APPROVED}, State.DELETED),
}


@dataclass
class Known:
    """What this comment should be; `undo`: by whom, to what, and whether a title is taken back."""

    state: State
    text: str
    title: str
    before_delete: State | None = None
    held: str | None = None
    revisions: Sequence[str] = ()
    reports: int = 0
    kept: bool = False
    decided: bool = False
    ever_approved: bool = False
    log: int = 1
    undo: "tuple[str, Known, bool] | None" = field(default=None, repr=False)


class Discussion(RuleBasedStateMachine):
    """One page of a site, by one visitor, other readers and two moderators."""

    pages = count(1)

    def __init__(self, app: Flask, site_id: int) -> None:
        super().__init__()
        self.context = app.app_context()
        self.context.push()
        self.site_id = site_id
        self.url = f"{ORIGIN}/{next(self.pages)}"
        self.site, self.page = sites.of_page(self.url)
        self.visitor = clock.random_bytes(16)
        self.known: dict[int, Known] = {}
        self.title: str | None = None
        self.numbers = count(1)
        self.seen: tuple[int, object] = (0, [])

    def teardown(self) -> None:
        self.context.pop()

    def pick(self, number: int) -> int:
        return list(self.known)[number % len(self.known)]

    def text(self, *, links: bool) -> str:
        return f"Text {next(self.numbers)} {LINKS if links else ''}".strip()

    def appear(self, known: Known) -> None:
        """It is approved now: the first to be gives the thread its title."""
        known.ever_approved = True
        self.title = self.title or known.title

    @rule(number=st.integers(0, 50), reply=st.booleans(), links=st.booleans())
    def post(self, number: int, *, reply: bool, links: bool) -> None:
        visible = [one for one, known in self.known.items() if known.state is State.APPROVED]
        new = NewComment(
            url=self.url,
            body=self.text(links=links),
            author_name="Ruth Amberley",
            author_email=None,
            author_website=None,
            parent_id=visible[number % len(visible)] if reply and visible else None,
            title=f"Title {next(self.numbers)}",
            notify_of=None,
            lang=None,
            trap_filled=False,
            elapsed=None,
        )
        asker = Asker(visitor=self.visitor, network="a network")
        done = comments.post(new, site=self.site, page=self.page, asker=asker)
        state = State.PENDING if done.held else State.APPROVED
        assert not (links and state is State.APPROVED)
        known = self.known[done.comment.id] = Known(state, new.body, str(new.title))
        if state is State.APPROVED:
            self.appear(known)

    @precondition(lambda self: self.known)
    @rule(
        number=st.integers(0, 50),
        decision=st.sampled_from(sorted(set(Decision) - {Decision.UNDO})),
        actor=MODERATORS,
    )
    def decide(self, number: int, decision: Decision, actor: str) -> None:
        comment_id = self.pick(number)
        known = self.known[comment_id]
        before = replace(known, undo=None)
        done = self.decided(comment_id, decision, actor)
        of_edit = known.held is not None and known.state is State.APPROVED
        changes = True
        if of_edit and decision in OF_AN_EDIT:
            to = State.APPROVED
        elif decision is Decision.RESTORE:
            to = known.before_delete if known.state is State.DELETED else None
        elif known.state is next(iter(WAYS[decision].values())):
            to, changes = known.state, False
        else:
            to = WAYS[decision].get(known.state)
        if to is None:
            assert isinstance(done.error, NoSuchTransition)
            return
        assert (done.error, done.from_state, done.to_state) == (None, known.state, to)
        spoke_of_edit = of_edit and decision in OF_AN_EDIT
        dropped = spoke_of_edit and decision is not Decision.APPROVE
        if not changes and not known.reports:
            return
        if spoke_of_edit:
            self.settle_edit(known, publish=not dropped)
        if known.reports and not dropped:
            known.reports, known.kept = 0, known.kept or decision is Decision.APPROVE
        untitled = self.title is None
        if changes:
            self.enter(known, to)
        known.undo = (actor, before, untitled and self.title is not None)

    def decided(self, comment_id: int, decision: Decision, actor: str) -> Decided:
        (done,) = moderation.decide(
            [comment_id], decision, actor=actor, site_ids=frozenset({self.site_id})
        )
        return done

    def settle_edit(self, known: Known, *, publish: bool) -> None:
        if publish and known.held is not None:
            known.revisions = (*known.revisions, known.text)
            known.text, known.kept = known.held, False
        known.held = None

    def enter(self, known: Known, to: State) -> None:
        known.before_delete = known.state if to is State.DELETED else None
        appears = to is State.APPROVED is not known.state
        known.state, known.decided = to, True
        known.log += 1
        if appears:
            self.appear(known)

    @precondition(lambda self: self.known)
    @rule(number=st.integers(0, 50), actor=MODERATORS, late=st.booleans())
    def undo(self, number: int, actor: str, *, late: bool) -> None:
        """Of a comment just decided, if there is one; now and then too late."""
        comment_id = self.undoable(number)
        known = self.known[comment_id]
        if late and actor == "piet@example.com":
            self.let_time_pass(comment_id)
        done = self.decided(comment_id, Decision.UNDO, actor)
        who, before, gave_title = known.undo or ("nobody", known, False)
        if who != actor:
            assert isinstance(done.error, UndoClosed)
            return
        assert (done.error, done.from_state, done.to_state) == (None, known.state, before.state)
        again = replace(before, log=known.log + 1, ever_approved=known.ever_approved)
        self.known[comment_id] = again
        if again.state is State.APPROVED:
            self.appear(again)
        if gave_title and self.title == known.title:
            others = [one for one in self.known.values() if one is not again]
            titles = [one.title for one in others if one.state is State.APPROVED]
            self.title = next(iter(titles), None)

    def undoable(self, number: int) -> int:
        decided = [one for one, known in self.known.items() if known.undo is not None]
        return decided[number % len(decided)] if decided else self.pick(number)

    def let_time_pass(self, comment_id: int) -> None:
        with unit_of_work() as session:
            of_it = update(Undo).where(Undo.comment_id == comment_id)
            session.execute(of_it.values(until=clock.now()))
        self.known[comment_id].undo = None

    @precondition(lambda self: self.known)
    @rule(number=st.integers(0, 50), links=st.booleans())
    def edit(self, number: int, *, links: bool) -> None:
        comment_id = self.pick(number)
        known, open_ = self.known[comment_id], self.may_be_edited(comment_id)
        text = self.text(links=links)
        try:
            done = comments.edit(comment_id, text, site=self.site)
        except EditClosed:
            assert not open_
            return
        assert open_
        assert not (links and known.state is State.APPROVED and not done.held)
        known.held = text
        if not done.held:
            self.settle_edit(known, publish=True)
        known.log += 1
        known.undo = None

    @precondition(lambda self: self.known)
    @rule(number=st.integers(0, 50))
    def report(self, number: int) -> None:
        comment_id = self.pick(number)
        known = self.known[comment_id]
        reader = Asker(visitor=None, network=f"network {next(self.numbers)}")
        try:
            reports.report(comment_id, Reason.OTHER, None, site=self.site, asker=reader)
        except Missing:
            assert known.state is not State.APPROVED
            return
        assert known.state is State.APPROVED
        known.reports += 1
        known.undo = None
        others = sum(one.state is State.APPROVED for one in self.known.values()) - 1
        if known.reports >= ENOUGH and not known.kept and not others:
            known.state = State.PENDING
            known.log += 1

    @precondition(lambda self: self.known)
    @rule(number=st.integers(0, 50))
    def its_author_deletes(self, number: int) -> None:
        comment_id = self.pick(number)
        known = self.known[comment_id]
        comments.delete(comment_id, site=self.site, by_token=False)
        final = known.state is State.DELETED and known.before_delete is None
        known.state, known.before_delete = State.DELETED, None
        known.text, known.held, known.revisions = "", None, ()
        known.reports, known.undo = 0, None
        known.log += not final

    @precondition(lambda self: self.known)
    @rule(number=st.integers(0, 50), decision=st.sampled_from(Decision))
    def decide_elsewhere(self, number: int, decision: Decision) -> None:
        (done,) = moderation.decide(
            [self.pick(number)], decision, actor="x", site_ids=frozenset({self.site_id + 1})
        )
        assert isinstance(done.error, Missing)

    def may_be_edited(self, comment_id: int) -> bool:
        known = self.known[comment_id]
        with snapshot() as session:
            replied = session.get_one(Comment, comment_id).approved_replies
        return not replied and (
            known.state in {State.APPROVED, State.PENDING}
            or (known.state in HIDDEN and not known.decided)
        )

    @invariant()
    def all_is_true(self) -> None:
        with snapshot() as session:
            found = session.scalars(
                select(Comment)
                .join(Thread, Thread.id == Comment.thread_id)
                .where(Thread.site_id == self.site_id, Thread.url_key == self.page.key)
                .order_by(Comment.seq)
            ).all()
            assert {one.id for one in found} == set(self.known)
            if not found:
                return
            thread = session.get_one(Thread, found[0].thread_id)
            assert thread.title == self.title
            self.states_are_known(found)
            self.texts_are_known(session, found)
            self.reports_are_counted(session, found)
            self.counters_are_true(thread, found)
            self.log_is_whole(session)
            self.outbox_is_whole(session)
            self.version_grew(thread, found)

    def states_are_known(self, found: Any) -> None:
        for one in found:
            known = self.known[one.id]
            assert State(one.state) is known.state
            assert one.deleted_from == known.before_delete
            assert (one.decided_at is not None) == known.decided

    def texts_are_known(self, session: Session, found: Any) -> None:
        for one in found:
            known = self.known[one.id]
            assert (one.body_source, one.held_edit_source) == (known.text, known.held)
            assert (one.held_edit_html is None) == (known.held is None)
            assert (one.body_html == "") == (known.text == "")
            assert (one.edited_at is not None) >= bool(known.revisions)
            revisions = session.scalars(
                select(Revision.body_source)
                .where(Revision.comment_id == one.id)
                .order_by(Revision.id)
            )
            assert tuple(revisions) == tuple(known.revisions)

    def reports_are_counted(self, session: Session, found: Any) -> None:
        rows = session.execute(
            select(Report.comment_id, func.count())
            .where(Report.comment_id.in_(self.known), Report.settled_at.is_(None))
            .group_by(Report.comment_id)
        )
        counted = {row[0]: row[1] for row in rows}
        for one in found:
            known = self.known[one.id]
            assert one.open_reports == counted.get(one.id, 0) == known.reports
            assert one.kept == known.kept

    def counters_are_true(self, thread: Thread, found: Any) -> None:
        by_id = {one.id: one for one in found}
        below = dict.fromkeys(by_id, 0)
        for one in found:
            above = one.parent_id
            while above is not None:
                below[above] += one.state == State.APPROVED
                above = by_id[above].parent_id
        assert thread.approved_count == sum(one.state == State.APPROVED for one in found)
        assert {one.id: one.approved_replies for one in found} == below
        for one in found:
            assert one.shown == (one.state == State.APPROVED or below[one.id] > 0)

    def log_is_whole(self, session: Session) -> None:
        for comment_id, known in self.known.items():
            entries = session.scalars(
                select(LogEntry).where(LogEntry.comment_id == comment_id).order_by(LogEntry.id)
            ).all()
            assert len(entries) == known.log
            assert entries[0].from_state is None
            assert all(now.from_state == before.to_state for before, now in pairwise(entries))
            assert entries[-1].to_state == known.state

    def outbox_is_whole(self, session: Session) -> None:
        rows = session.scalars(
            select(OutboxMessage.comment_id)
            .where(OutboxMessage.kind == Kind.COMMENT_APPROVED)
            .where(OutboxMessage.comment_id.in_(self.known))
        ).all()
        assert sorted(map(int, filter(None, rows))) == sorted(
            one for one, known in self.known.items() if known.ever_approved
        )

    def version_grew(self, thread: Thread, found: Any) -> None:
        view = [public_row(one, site_id=self.site_id) for one in found if one.shown]
        version, before = self.seen
        assert thread.version > version or view == before
        self.seen = (thread.version, view)


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings(post_limit="", reports_to_hide=ENOUGH)


@pytest.fixture
def site(app: Flask) -> int:
    return add_site(app)


def test_only_the_tables_ways_and_everything_stays_true(
    app: Flask, site: int, database_kind: str
) -> None:
    examples = 30 if database_kind == "sqlite" else 10
    run_state_machine_as_test(
        cast("type[RuleBasedStateMachine]", partial(Discussion, app, site)),
        settings=effort(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=(HealthCheck.too_slow,),
        ),
    )


def posted(app: Flask, body: str = "Hello.") -> int:
    return int(found(Reader(app.test_client(), name=body).post(body))["comment"]["id"])


def tag_of(app: Flask, comment_id: int) -> str:
    with app.app_context(), snapshot() as session:
        one = session.get_one(Comment, comment_id)
        return moderation.seen_tag(
            state=one.state, source=one.body_source, held_edit_source=one.held_edit_source
        )


def test_what_changed_before_the_moderators_eyes_is_left_as_it_was(app: Flask, site: int) -> None:
    reader = Reader(app.test_client())
    comment_id = int(found(reader.post("A tpyo."))["comment"]["id"])
    seen = {comment_id: tag_of(app, comment_id)}
    path = f"/api/v1/comments/{comment_id}"
    found(reader.client.patch(path, json={"body": "Worse."}, headers=reader.headers()))
    assert isinstance(decide(app, comment_id, Decision.APPROVE, seen=seen).error, Conflict)
    seen = {comment_id: tag_of(app, comment_id)}
    assert decide(app, comment_id, Decision.APPROVE, seen=seen).to_state is State.APPROVED
    assert isinstance(decide(app, comment_id, Decision.SPAM, seen=seen).error, Conflict)
    again = decide(app, comment_id, Decision.APPROVE, seen=seen)
    assert (again.error, again.from_state, again.to_state) == (
        None,
        State.APPROVED,
        State.APPROVED,
    )


def test_one_bad_id_stops_no_other(app: Flask, site: int) -> None:
    first, second = posted(app, "One."), posted(app, "Two.")
    with app.app_context():
        done = moderation.decide(
            [first, 1, second, first], Decision.APPROVE, actor="ines@example.com", site_ids=None
        )
    assert [one.id for one in done] == [first, 1, second]
    assert [one.error is None for one in done] == [True, False, True]


def test_a_title_stands_with_the_first_approved_comment_that_proposed_one(
    app: Flask, site: int
) -> None:
    def title() -> str | None:
        answer = app.test_client().get("/api/v1/comments", query_string={"url": ARTICLE})
        return found(answer)["thread"]["title"]

    reader = Reader(app.test_client())
    proposals = [reader.post(f"Number {n}.", title=f"Title {n}") for n in range(2)]
    assert title() is None
    approve(app, found(proposals[1])["comment"]["id"])
    approve(app, found(proposals[0])["comment"]["id"])
    assert title() == "Title 1"


def test_why_and_whether_to_tell_is_in_the_log(app: Flask, site: int) -> None:
    comment_id = posted(app)
    decide(app, comment_id, Decision.REJECT, reason="Off topic.", tell_author=True)
    with app.app_context(), snapshot() as session:
        entry = session.scalars(
            select(LogEntry).where(LogEntry.comment_id == comment_id, LogEntry.event == "reject")
        ).one()
    assert (entry.actor, entry.from_state, entry.to_state) == (
        "ines@example.com",
        "pending",
        "rejected",
    )
    assert entry.reasons == [
        {"code": "moderator", "params": {"text": "Off topic.", "tell_author": True}}
    ]
