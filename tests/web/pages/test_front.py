"""The address of the service itself."""

from flask.testing import FlaskClient


def test_the_services_own_address_leads_to_the_desk(client: FlaskClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/")
