"""Posting a comment, for whichever area is asked: counted against the limits, and made once however
often its request comes. What is typed, and what is answered, is the area's.
"""

from collections.abc import Callable

from comments_service import settings
from comments_service.domain.people import Asker
from comments_service.domain.tokens import Purpose
from comments_service.domain.urls import Page
from comments_service.operations import answers, comments
from comments_service.operations.answers import Posted
from comments_service.operations.idempotency import Request
from comments_service.queries.sites import SiteRow
from comments_service.schemas.comments import NewComment
from comments_service.settings import Settings
from comments_service.web import ratelimits

ONCE = "1 per minute"  # of one Idempotency-Key
REPETITIONS = "120 per minute"  # of keys that came within a minute before


def post(
    new: NewComment,
    *,
    site: SiteRow,
    page: Page,
    asker: Asker,
    wanted: Request | None,
    enter: Callable[[], Asker],
) -> Posted:
    """The comment, or the first answer to a request that came before.

    `enter` counts one post and says who makes it: `asker`, perhaps with a new visitor id.
    """
    if wanted is None:
        return comments.post(new, site=site, page=page, asker=enter())
    before = _before(wanted, site)
    if before is not None:
        return before
    return comments.post(new, site=site, page=page, asker=asker, wanted=wanted, enter=enter)


def count(site: SiteRow) -> None:
    """Count one post of this machine; LimitReached when none is left."""
    ratelimits.count("post", _post_limit, site_id=site.id)


def status_token(posted: Posted, site: SiteRow) -> str:
    """What opens the page that tells its author what became of it."""
    keyring = settings.current().keyring
    return keyring.object_token(Purpose.STATUS, posted.comment.id, site.id)


def _before(wanted: Request, site: SiteRow) -> Posted | None:
    """The first answer, looked for where a key was seen lately or no post is left: whoever's key is
    new then is refused before anything slow.

    What comes again, perhaps beside the first try, has to wait for that one's answer: it is
    counted once nobody else can be writing. So many times, because each costs a rendering.
    """
    with ratelimits.together():
        # Before the key is counted, so that no post with the same one took what was left.
        room = ratelimits.has_room("post", _post_limit, site_id=site.id)
        is_new = ratelimits.allows("key", lambda _: ONCE, whom=wanted.key.hex())
    if is_new and room:
        return None
    before = answers.before(wanted, site=site)
    if before is None and is_new:
        count(site)
    elif before is None:
        ratelimits.count("repetition", lambda _: REPETITIONS, site_id=site.id)
    return before


def _post_limit(chosen: Settings) -> str:
    return chosen.post_limit
