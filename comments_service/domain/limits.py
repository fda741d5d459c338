"""Sizes that bound every request, and the retry schedule of mails."""

from datetime import timedelta

BODY_BYTES = 256 * 1024
FORM_PARTS = 1_000
TITLE_LENGTH = 200
URL_LENGTH = 2_000
COUNTED_PAGES = 100
PAGE_SIZE = 50
MAX_PAGE_SIZE = 100
PAGE_BYTES = 48_000
COMMENT_BYTES = 150  # that a page has around each text, about
FIRST_REPLIES = 3
ANCESTORS = 10
HIGHLIGHTS = 5
MOST_HIGHLIGHTS = 20
EXCERPT_LENGTH = 140
DECISIONS = 500
REASON_LENGTH = 500
REPORT_LENGTH = 1000
SHOWN_REPORTS = 20
LABEL_LENGTH = 100
CODE_LENGTH = 50
SEARCH_LENGTH = 254
QUERY_WORDS = 16
WORD_LENGTH = 64
IDEMPOTENCY_KEY = (16, 255)

FIRST_RETRY = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=5)
REFUSALS_BEFORE_SUPPRESSION = 3
KEPT_MAIL_GOES_WITHIN = timedelta(days=2)


def retry_delay(attempts: int) -> timedelta:
    """How long to wait after `attempts` passing failures: 5 min, 10, 20 … at most 12 hours."""
    return min(FIRST_RETRY * 2 ** min(max(attempts - 1, 0), 10), timedelta(hours=12))
