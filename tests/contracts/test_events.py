"""Every kind of message has a handler, so that no row of the outbox waits for nobody."""

from comments_service.domain.events import Kind
from comments_service.worker import handlers


def test_every_kind_of_message_has_a_handler() -> None:
    assert set(handlers.HANDLERS) == set(Kind)
