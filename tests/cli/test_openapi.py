import json

import pytest
from click.testing import CliRunner
from flask import Flask

from comments_service.cli import cli


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_document_that_is_printed_is_the_one_that_is_served(app: Flask) -> None:
    done = CliRunner().invoke(cli, ["openapi"], obj=lambda: app)
    assert done.exit_code == 0
    assert json.loads(done.stdout) == app.test_client().get("/api/openapi.json").json
