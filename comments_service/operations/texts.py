"""A text as it was written: rendered, measured and judged. Whoever stores it does so elsewhere."""

import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from comments_service import settings
from comments_service.domain import markup, people, screening
from comments_service.domain.errors import FieldError, Invalid
from comments_service.domain.screening import Facts, Verdict
from comments_service.domain.urls import BadUrl, parse_page
from comments_service.queries import facts
from comments_service.queries.sites import SiteRow

BLANK = FieldError("/body", "Write something first.")
_LETTER = re.compile(r">[^<>&]*?[0-9A-Za-z]")  # after a tag: surely seen, and found at once


@dataclass(frozen=True)
class Written:
    """A text as given and rendered, with the places its links lead to."""

    source: str
    html: str
    places: tuple[str, ...]


def write(body: str) -> Written:
    """Slow, and before any lock. Invalid at /body when it is blank or too long."""
    wrong = fault(body)
    if wrong is not None:
        raise Invalid(wrong)
    source = body.strip()
    html = markup.render(source)
    if not _LETTER.search(html) and not people.is_visible(markup.plain(html)):
        raise Invalid(BLANK)
    return Written(source, html, tuple(map(_place, markup.links(html))))


def fault(body: str) -> FieldError | None:
    """What is wrong with a text that needn't be rendered to be refused."""
    length, most = len(body.strip()), settings.current().max_length
    if length == 0:
        return BLANK
    if length > most:
        return FieldError("/body", f"A comment has at most {most} characters.")
    return None


def judge(
    session: Session,
    written: Written,
    site: SiteRow,
    *,
    visitor: bytes | None,
    trap_filled: bool = False,
    elapsed: float | None = None,
) -> Verdict:
    """What the rules say of it, by what is known of who wrote it."""
    chosen = settings.current()
    if chosen.screening == "off":
        return screening.UNSCREENED
    approved = facts.approved_comments(
        session, site_id=site.id, visitor=visitor, most=chosen.trusted_after
    )
    return screening.judge(
        Facts(
            moderation=site.moderation or chosen.moderation,
            max_links=chosen.max_links,
            trusted=approved >= chosen.trusted_after,
            links=written.places,
            own_authorities=site.authorities,
            trap_filled=trap_filled,
            elapsed=elapsed,
        )
    )


def _place(link: str) -> str:
    """The host and port a link leads to; a mail address stands for itself."""
    try:
        return parse_page(link).authority
    except BadUrl:
        return link
