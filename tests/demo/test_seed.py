from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from comments_service.app import create_app
from comments_service.database import db, snapshot
from comments_service.demo import content
from comments_service.demo.content import Content
from comments_service.demo.seed import seed
from comments_service.domain import urls
from comments_service.domain.cursors import Sort
from comments_service.domain.events import Kind, MessageState
from comments_service.models import Comment, OutboxMessage, Site, Subscription, Thread, Vote
from comments_service.queries import threads
from comments_service.settings import Settings
from tests.conftest import SECRET_KEY
from tests.services import Services, databases

ORIGIN = "http://127.0.0.1:8001"


@pytest.fixture(scope="module", params=databases.KINDS)
def seeded(
    request: pytest.FixtureRequest, services: Services, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, Content]]:
    """Sown once for all tests of a kind of database: they only read."""
    folder = tmp_path_factory.mktemp("demo")
    fresh = databases.fresh(request.param, services=services, folder=folder, migrated=True)
    with fresh as url:
        app = create_app(Settings(data_dir=str(folder), database_url=url, secret_key=SECRET_KEY))
        demo = content.load()
        with app.app_context():
            seed(demo, page_origin=ORIGIN)
            yield app, demo
            db.engine.dispose()


@pytest.fixture
def demo(seeded: tuple[Flask, Content]) -> Iterator[Content]:
    app, demo = seeded
    with app.app_context():
        yield demo


def by_body(body: str) -> Comment:
    with snapshot() as session:
        return session.scalars(select(Comment).where(Comment.body_source == body.strip())).one()


def test_every_comment_has_its_state_and_its_true_parent(demo: Content) -> None:
    for article in demo.articles:
        bodies = {given.id: given.body for given in article.comments}
        for given in article.comments:
            row = by_body(given.body)
            assert row.state == given.state
            parent = by_body(bodies[given.parent]) if given.parent else None
            assert row.parent_id == (parent.id if parent else None)
            assert parent is None or row.created_at >= parent.created_at


def test_ids_grow_with_time_across_articles(demo: Content) -> None:
    with snapshot() as session:
        dates = session.scalars(select(Comment.created_at).order_by(Comment.id)).all()
    assert list(dates) == sorted(dates)


def test_each_thread_is_titled_and_counts_its_approved_comments(demo: Content) -> None:
    with snapshot() as session:
        threads = {thread.url: thread for thread in session.scalars(select(Thread))}
    for article in demo.articles:
        thread = threads[ORIGIN + article.path]
        assert thread.title == article.title
        assert thread.approved_count == sum(c.state == "approved" for c in article.comments)


def test_comments_of_one_visitor_share_it_also_across_articles(demo: Content) -> None:
    with snapshot() as session:
        rows = session.execute(select(Comment.author_name, Comment.visitor)).all()
    assert len({visitor for name, visitor in rows if name == "Dagny"}) == 1
    assert len({visitor for name, visitor in rows if name in {"Dagny", "Bea"}}) == 2


def test_held_comments_say_why(demo: Content) -> None:
    with snapshot() as session:
        held = session.scalars(select(Comment).where(Comment.state == "pending")).all()
    codes = [{reason["code"] for reason in comment.reasons} for comment in held]
    assert all("first_comment" in found for found in codes)
    assert any("links" in found for found in codes)


def test_the_past_mails_nobody_and_a_held_subscriber_is_asked(demo: Content) -> None:
    with snapshot() as session:
        waiting = session.scalars(
            select(OutboxMessage.kind).where(OutboxMessage.state == MessageState.WAITING)
        ).all()
        active = session.scalar(
            select(func.count()).select_from(Subscription).where(Subscription.state == "active")
        )
    assert waiting == [Kind.CONFIRM]
    assert active == 2


def test_each_comment_has_its_votes_and_they_are_all_counted(demo: Content) -> None:
    for article in demo.articles:
        for given in article.comments:
            row = by_body(given.body)
            with snapshot() as session:
                cast = session.scalars(select(Vote).where(Vote.comment_id == row.id)).all()
            assert len(cast) == row.votes_up == given.votes
            assert len({vote.network for vote in cast}) == len(cast)


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST])
def test_the_top_of_each_thread_is_another_order(demo: Content, sort: Sort) -> None:
    for article in demo.articles:
        page = urls.parse_page(ORIGIN + article.path)
        top, other = (
            [one.id for one in threads.page(page, sort=order).comments]
            for order in (Sort.TOP, sort)
        )
        assert set(top) == set(other)
        assert top[0] != other[0]


def test_the_site_has_the_page_origin_alone(demo: Content) -> None:
    with snapshot() as session:
        assert session.scalars(select(Site.name)).all() == [demo.site_name]
