"""Casting votes: one a visitor and comment, counted in the transaction that writes it."""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from sqlalchemy import select
from sqlalchemy.orm import Session

from comments_service import clock, settings
from comments_service.database import unit_of_work
from comments_service.domain import votes
from comments_service.domain.errors import LimitReached, Missing, OwnComment, Unproven, VotesOff
from comments_service.domain.people import Asker
from comments_service.domain.states import State
from comments_service.models import Comment, Vote
from comments_service.operations import threads
from comments_service.queries.sites import SiteRow

NETWORK_REMEMBERS = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Cast:
    """How a comment's votes stand and the asker's own. `visitor` is set when this issued it."""

    up: int
    down: int
    mine: int
    visitor: bytes | None = None


def cast(comment_id: int, value: int, *, site: SiteRow, asker: Asker) -> Cast:
    """Vote 1 or -1, turn a vote, or take it back with 0.

    Raises Missing unless readers see the comment, VotesOff, OwnComment, Unproven for a vote of
    nobody, LimitReached when the asker's network has voted enough on this comment.
    """
    with unit_of_work() as session:
        comment, thread = threads.lock_of(session, comment_id, site_id=site.id)
        _refuse(comment, value, asker)
        voter = asker.signs_as
        vote = session.get(Vote, (comment_id, voter)) if voter else None
        was = vote.value if vote else 0
        if value != was:
            _keep(session, comment, vote, value=value, asker=asker)
            _count(comment, was=was, now=value)
            thread.version += 1
        return Cast(
            up=comment.votes_up,
            down=comment.votes_down,
            mine=value,
            visitor=asker.issued if value else None,
        )


def _refuse(comment: Comment, value: int, asker: Asker) -> None:
    if comment.state != State.APPROVED:
        raise Missing
    if not votes.may_be(value, settings.current().votes):
        raise VotesOff
    if asker.visitor and asker.visitor == comment.visitor:
        raise OwnComment


def _keep(
    session: Session, comment: Comment, vote: Vote | None, *, value: int, asker: Asker
) -> None:
    """Make the asker's row say `value`; a row that is made counts against his network."""
    if vote is not None:
        if value:
            vote.value = value
        else:
            session.delete(vote)
        return
    if asker.signs_as is None:
        raise Unproven("A vote is somebody's.")
    _refuse_crowd(session, comment, asker)
    session.add(
        Vote(
            comment_id=comment.id,
            visitor=asker.signs_as,
            value=value,
            network=asker.network,
            voted_at=clock.now(),
        )
    )


def _refuse_crowd(session: Session, comment: Comment, asker: Asker) -> None:
    """LimitReached until the oldest vote that stands in the way is a day old."""
    most = settings.current().votes_per_network
    if most is None:
        return
    now = clock.now()
    newest = session.scalars(
        select(Vote.voted_at)
        .where(Vote.comment_id == comment.id, Vote.network == asker.network)
        .where(Vote.voted_at > now - NETWORK_REMEMBERS)
        .order_by(Vote.voted_at.desc())
        .limit(most)
    ).all()
    if len(newest) == most:
        left = newest[-1] + NETWORK_REMEMBERS - now
        raise LimitReached(max(1, ceil(left.total_seconds())))


def _count(comment: Comment, *, was: int, now: int) -> None:
    """Carry one changed vote to the counters. The caller holds the thread's lock."""
    comment.votes_up += (now == 1) - (was == 1)
    comment.votes_down += (now == -1) - (was == -1)
    comment.rank = votes.rank(comment.votes_up, comment.votes_down)
