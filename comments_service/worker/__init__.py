"""The background door: claim a message, handle it, record how it ended. It answers no request."""

from comments_service.worker.loop import drain, run

__all__ = ["drain", "run"]
