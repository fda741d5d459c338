"""Puts the demo's content into an empty database as if it had been written over the last days.

States are given by the same operation as ever; what the past would have mailed counts as mailed.
"""

import ipaddress
from collections.abc import Mapping
from itertools import islice
from urllib.parse import urlsplit

from sqlalchemy import update
from sqlalchemy.orm import Session

from comments_service import clock, settings
from comments_service.database import insert_if_new, unit_of_work
from comments_service.demo import content as contents
from comments_service.demo.content import Content
from comments_service.domain import markup, people, screening, urls
from comments_service.domain.events import Kind, MessageState, Scope, SubscriptionState
from comments_service.domain.people import Asker
from comments_service.domain.screening import UNSCREENED, Verdict
from comments_service.domain.states import Decision
from comments_service.domain.tokens import VISITOR_BYTES
from comments_service.models import Comment, LogEntry, OutboxMessage, Subscription
from comments_service.operations import moderation, moderators, sites, subscriptions, threads, votes
from comments_service.operations.threads import LockedThread
from comments_service.queries import sites as site_queries
from comments_service.queries.sites import SiteRow

VOTERS = ipaddress.ip_network("198.18.0.0/15")  # no machine of the internet has such an address
REJECTED_BECAUSE = "It is about people, not about the matter."

Written = Mapping[tuple[str, str], int]  # ids by the article's path and the name in the content


def seed(content: Content, *, page_origin: str) -> None:
    """One site with that origin, one admin, the threads, their comments and subscriptions."""
    site_id = sites.add(content.site_name, [page_origin])
    moderators.add(content.moderator, role=moderators.ADMIN)
    visitors = {
        comment.visitor: clock.random_bytes(VISITOR_BYTES)
        for article in content.articles
        for comment in article.comments
        if comment.visitor
    }
    written = _write(content, site_id=site_id, page_origin=page_origin, visitors=visitors)
    _decide(content, written, actor=content.moderator)
    _vote(content, written, site=site_queries.by_id(site_id))


def _write(
    content: Content, *, site_id: int, page_origin: str, visitors: Mapping[str, bytes]
) -> Written:
    """All comments, oldest first and so parents first: ids grow with time across articles."""
    everything = [(article, given) for article in content.articles for given in article.comments]
    everything.sort(key=lambda one: -one[1].minutes_ago)
    bodies = [markup.render(given.body) for _article, given in everything]
    pages = {one.path: urls.parse_page(page_origin + one.path) for one in content.articles}
    rows: dict[tuple[str, str], Comment] = {}
    with unit_of_work() as session:
        opened = {
            path: threads.find_or_open(session, site_id=site_id, page=page)
            for path, page in pages.items()
        }
        for (article, given), body_html in zip(everything, bodies, strict=True):
            path = article.path
            thread = opened[path]
            row = _comment(given, thread=thread, parent=rows.get((path, given.parent or "")))
            row.body_html = body_html
            row.proposed_title = article.title
            row.visitor = visitors[given.visitor] if given.visitor else None
            rows[path, given.id] = row
            _mail_address(session, given, row, thread)
            moderation.admit(session, row, _verdict(given, body_html, pages[path]))
            _date(session, row)
    return {local: row.id for local, row in rows.items()}


def _comment(given: contents.Comment, *, thread: LockedThread, parent: Comment | None) -> Comment:
    thread.last_seq += 1
    new_id = clock.new_id()
    return Comment(
        id=new_id,
        site_id=thread.site_id,
        thread_id=thread.id,
        parent_id=parent.id if parent else None,
        root_id=parent.root_id if parent else new_id,
        depth=parent.depth + 1 if parent else 0,
        seq=thread.last_seq,
        author_name=given.name,
        author_email=given.email,
        author_badge=given.badge,
        lang=given.lang,
        body_source=given.body.strip(),
        body_version=markup.VERSION,
        created_at=clock.now() - given.age,
    )


def _verdict(given: contents.Comment, body_html: str, page: urls.Page) -> Verdict:
    """What is held is held for the reasons that the rules really find."""
    if given.state == "approved":
        return UNSCREENED
    hosts = [urlsplit(link).netloc for link in markup.links(body_html)]
    return screening.judge(
        screening.Facts(
            moderation="newcomers",
            max_links=settings.current().max_links,
            trusted=False,
            links=hosts,
            own_authorities=frozenset({page.authority}),
        )
    )


def _mail_address(
    session: Session, given: contents.Comment, row: Comment, thread: LockedThread
) -> None:
    """Held authors are asked by mail, as ever; those who were approved have confirmed long ago."""
    if given.email is None:
        return
    recipient = subscriptions.recipient(session, site_id=thread.site_id, email=given.email)
    row.recipient_id = recipient.id
    row.recipient_proven = given.state == "approved"
    if given.notify_of is None:
        return
    scope = Scope(given.notify_of)
    if not row.recipient_proven:
        subscriptions.ask(session, recipient, thread, scope=scope, lang=given.lang)
        return
    insert_if_new(
        session,
        Subscription,
        id=clock.new_id(),
        recipient_id=recipient.id,
        thread_id=thread.id,
        scope=scope,
        state=SubscriptionState.ACTIVE,
        lang=given.lang,
        asked_at=row.created_at,
        confirmed_at=row.created_at,
    )


def _date(session: Session, row: Comment) -> None:
    """Let the log tell when it was written; nobody is mailed today for what stood for days."""
    session.execute(update(LogEntry).where(LogEntry.comment_id == row.id).values(at=row.created_at))
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.comment_id == row.id, OutboxMessage.kind == Kind.COMMENT_APPROVED)
        .values(state=MessageState.SENT, ended_at=row.created_at)
    )


def _decide(content: Content, written: Written, *, actor: str) -> None:
    for state, decision in (("rejected", Decision.REJECT), ("spam", Decision.SPAM)):
        chosen = [
            written[article.path, given.id]
            for article in content.articles
            for given in article.comments
            if given.state == state
        ]
        moderation.decide(chosen, decision, actor=actor, site_ids=None, reason=REJECTED_BECAUSE)


def _vote(content: Content, written: Written, *, site: SiteRow) -> None:
    """Readers who write nothing, each in a network of his own: of one, few votes would count."""
    every = [(article, given) for article in content.articles for given in article.comments]
    keyring = settings.current().keyring
    networks = islice(VOTERS.subnets(new_prefix=24), max(given.votes for _article, given in every))
    readers = [
        Asker(
            visitor=clock.random_bytes(VISITOR_BYTES),
            network=people.network(keyring, str(network.network_address)),
        )
        for network in networks
    ]
    for article, given in every:
        for reader in readers[: given.votes]:
            votes.cast(written[article.path, given.id], 1, site=site, asker=reader)
