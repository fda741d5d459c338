"""The fixtures every room uses: a database of each kind, settings, the application, its client."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest
from flask import Flask
from flask.testing import FlaskClient

from comments_service.settings import Settings
from tests.services import Services, databases, valkey
from tests.services.service import LAYER, Service

SECRET_KEY = "a fixed secret for tests only of enough length"
pytest_plugins = ["tests.scene", "tests.services.browser"]

SERVICES = pytest.StashKey[Services]()


class MakeSettings(Protocol):
    def __call__(self, **overrides: Any) -> Settings: ...


class MakeApp(Protocol):
    def __call__(self, **overrides: Any) -> Flask: ...


class StartService(Protocol):
    def __call__(self, *options: str, **settings: Any) -> Service: ...


def pytest_configure(config: pytest.Config) -> None:
    given: dict[str, Any] = getattr(config, "workerinput", {})
    config.stash[SERVICES] = Services(given.get("services", {}))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand what the xdist controller started to a worker; the worker owns none of it."""
    node.workerinput["services"] = node.config.stash[SERVICES].all_addresses()


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[SERVICES].stop()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skipped test is a failed run: what a test needs, `make test` provides."""
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def services(pytestconfig: pytest.Config) -> Services:
    return pytestconfig.stash[SERVICES]


@pytest.fixture(params=databases.KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def database_url(database_kind: str, services: Services, tmp_path: Path) -> Iterator[str]:
    """A database with the current schema and nothing in it, once on SQLite, once on PostgreSQL."""
    with databases.fresh(database_kind, services=services, folder=tmp_path, migrated=True) as url:
        yield url


@pytest.fixture
def empty_database_url(database_kind: str, services: Services, tmp_path: Path) -> Iterator[str]:
    """A database without any table, for the migrations."""
    with databases.fresh(database_kind, services=services, folder=tmp_path, migrated=False) as url:
        yield url


@pytest.fixture
def valkey_url(services: Services) -> str:
    """An empty Valkey database that no other worker uses."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return valkey.empty(services.address("valkey"), number)


@pytest.fixture
def make_settings(database_url: str, tmp_path: Path) -> MakeSettings:
    def make(**overrides: Any) -> Settings:
        values: dict[str, Any] = {
            "data_dir": str(tmp_path),
            "database_url": database_url,
            "secret_key": SECRET_KEY,
            "public_url": "http://127.0.0.1:8000",
            **LAYER,
        }
        return Settings(**values | overrides)

    return make


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings()


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application; a test that calls operations enters `app.app_context()` itself."""
    from comments_service.app import create_app  # noqa: PLC0415 - broken, it fails its own
    from comments_service.database import db  # noqa: PLC0415

    app = create_app(settings)
    app.testing = True
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def make_app(make_settings: MakeSettings) -> Iterator[MakeApp]:
    """Applications over one database, each with settings of its own."""
    from comments_service.app import create_app  # noqa: PLC0415 - see above
    from comments_service.database import db  # noqa: PLC0415

    with ExitStack() as closing:

        def make(**overrides: Any) -> Flask:
            app = create_app(make_settings(**overrides))

            def dispose() -> None:
                with app.app_context():
                    db.engine.dispose()

            closing.callback(dispose)
            return app

        yield make


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def start_service(database_url: str, tmp_path: Path) -> Iterator[StartService]:
    """Start `comments serve` with such options and settings; each is stopped at the end."""
    started: list[Service] = []
    closing = ExitStack()

    def start(*options: str, **settings: Any) -> Service:
        folder = tmp_path if not started else tmp_path / f"service-{len(started) + 1}"
        service = Service(
            folder,
            {"database_url": database_url, "secret_key": SECRET_KEY, "data_dir": folder} | settings,
        )
        started.append(service)
        closing.callback(_show, service)
        closing.callback(service.close)
        service.start(*options)
        return service

    with closing:
        yield start


def _show(service: Service) -> None:
    """Print the log: pytest shows it when the test failed, and only then."""
    log = service.log.read_text() if service.log.exists() else ""
    print(f"--- {service.url}\n{log}")  # noqa: T201


@pytest.fixture
def service(start_service: StartService) -> Service:
    """The running service, with the defaults of a first start."""
    return start_service()
