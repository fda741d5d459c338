"""The tables: typed columns, constraints and indexes; no queries, no rules."""

from comments_service.models.comments import Comment, Revision
from comments_service.models.idempotency import IdempotentAnswer
from comments_service.models.keys import ApiKey
from comments_service.models.moderation import LogEntry, Undo
from comments_service.models.moderators import Moderator, ModeratorSession, SignInLink
from comments_service.models.outbox import OutboxMessage
from comments_service.models.reports import Report
from comments_service.models.sites import Site, SiteOrigin
from comments_service.models.subscriptions import Confirmation, Recipient, Subscription
from comments_service.models.threads import Thread
from comments_service.models.votes import Vote

__all__ = [
    "ApiKey",
    "Comment",
    "Confirmation",
    "IdempotentAnswer",
    "LogEntry",
    "Moderator",
    "ModeratorSession",
    "OutboxMessage",
    "Recipient",
    "Report",
    "Revision",
    "SignInLink",
    "Site",
    "SiteOrigin",
    "Subscription",
    "Thread",
    "Undo",
    "Vote",
]
