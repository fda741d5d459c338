"""`comments demo`: a throw-away but real instance, with an invented newspaper around it."""

import multiprocessing
import shutil
import signal
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import mkdtemp
from types import FrameType

import click

from comments_service import settings
from comments_service.cli import children, ports, serve
from comments_service.cli.children import AppFactory
from comments_service.cli.supervisor import READY, STOP_SECONDS
from comments_service.database import db
from comments_service.demo import content as contents
from comments_service.demo.content import Content
from comments_service.demo.mailbox import Mailbox
from comments_service.demo.pages import PageServer
from comments_service.demo.seed import seed
from comments_service.operations import moderators, upgrades
from comments_service.settings import Settings

HOST = "127.0.0.1"
PAUSE = 0.02


@click.command()
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65_535), help="The service's."
)
@click.option(
    "--page-port",
    default=8001,
    show_default=True,
    type=click.IntRange(1, 65_535),
    help="The news page's, which makes it another origin.",
)
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    help="An empty folder to use instead of a temporary one; it is emptied again.",
)
@click.pass_obj
def demo(create_app: AppFactory, port: int, page_port: int, data_dir: Path | None) -> None:
    """Show an invented news page with comments, until Ctrl-C; nothing of it is kept."""
    try:
        with _interruptible(), ExitStack() as stack:
            folder = stack.enter_context(_throw_away(data_dir))
            sys.exit(_show(create_app, stack, folder=folder, port=port, page_port=page_port))
    except KeyboardInterrupt:
        sys.exit(0)
    except (contents.BadContent, ports.Unavailable) as error:
        raise click.ClickException(str(error)) from error


def _show(
    create_app: AppFactory, stack: ExitStack, *, folder: Path, port: int, page_port: int
) -> int:
    """Run everything and print where it is; returns only when the service ends by itself."""
    content = contents.load()
    ports.check(HOST, port)
    ports.check(HOST, page_port)
    mailbox = Mailbox()
    pages = PageServer(content, mailbox, service_url=ports.origin(HOST, port), port=page_port)
    stack.callback(mailbox.stop)  # after the service, which may have a mail in hand
    stack.callback(pages.stop)
    chosen = _settings(content, folder=folder, port=port, mailbox=mailbox)
    service = stack.enter_context(_serving(create_app, chosen, port=port))
    mailbox.start()
    pages.start()
    link = _fill(create_app, chosen, content=content, page_origin=pages.page_origin)
    while not ports.answers(HOST, port, READY):
        if connection.wait([service.sentinel], PAUSE):
            return 1  # it has said why
    for line in (f"page: {pages.url}", f"admin: {link}", f"mail: {pages.mail_url}"):
        click.echo(line)
    service.join()
    return 1


def _settings(content: Content, *, folder: Path, port: int, mailbox: Mailbox) -> Settings:
    """The demo's own, whatever the environment says: a trial never touches a real database."""
    own = {
        "data_dir": folder,
        "public_url": ports.origin(HOST, port),
        "smtp_url": mailbox.url,
    }
    given = {**content.settings, **own}
    return settings.load({f"COMMENTS_{key.upper()}": str(given[key]) for key in given})


def _fill(create_app: AppFactory, chosen: Settings, *, content: Content, page_origin: str) -> str:
    """Seed the database while the service starts; the address that signs the moderator in."""
    with create_app(chosen).app_context():
        seed(content, page_origin=page_origin)
        link = moderators.make_link(content.moderator)
        db.engine.dispose()
    return link


@contextmanager
def _serving(create_app: AppFactory, chosen: Settings, *, port: int) -> Generator[BaseProcess]:
    """The same service as ever, as a child that is told to stop at the end."""
    for _step in upgrades.upgrade(chosen):
        pass
    children.prepare()
    service = multiprocessing.Process(target=_serve, args=(create_app, chosen, port), name="serve")
    service.start()
    try:
        yield service
    finally:
        service.terminate()
        service.join(STOP_SECONDS + 1)
        service.kill()
        service.join()


def _serve(create_app: AppFactory, chosen: Settings, port: int) -> None:
    children.attach()
    try:
        code = serve.run(create_app, chosen, host=HOST, port=port, workers=1, say=_keep_quiet)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    sys.exit(code)


def _keep_quiet(_line: str) -> None:
    return


@contextmanager
def _throw_away(given: Path | None) -> Generator[Path]:
    """A folder whose content goes at the end; one that held anything before is refused."""
    if given is None:
        folder, made = Path(mkdtemp(prefix="comments-demo-")), True
    else:
        folder, made = given, not given.exists()
        if not made and (not given.is_dir() or any(given.iterdir())):
            raise click.ClickException(f"{given} isn't an empty folder, and the demo empties it")
        folder.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if not made:
            folder.mkdir()


@contextmanager
def _interruptible() -> Generator[None]:
    """Ctrl-C and SIGTERM interrupt once; what is done about it isn't interrupted again."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    yield
