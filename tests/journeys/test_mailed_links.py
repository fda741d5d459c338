"""A link by mail, from the button on the page to the queue."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from comments_service.operations import moderators
from tests.scene import Scene, links
from tests.web.admin.desk import OWN

LINK = "/admin/sign-in/link"
INES = "ines@desk.example"


def ask(client: FlaskClient, email: str = INES) -> TestResponse:
    return client.post(LINK, data={"email": email}, headers=OWN)


def test_who_asks_gets_a_link_that_signs_him_in(scene: Scene) -> None:
    moderators.add(INES, role="admin")
    client = scene.app.test_client()
    answer = ask(client, "  Ines@Desk.Example ")
    assert answer.status_code == 200
    assert "If this address moderates here, a mail is on its way." in answer.text
    scene.work()
    [mail] = scene.mails(INES)
    [link] = links(mail)
    path = link.partition("8000")[2]
    assert client.get(path).status_code == 200
    assert client.post(path, headers=OWN).status_code == 303
    assert client.get("/admin/").status_code == 200
    assert client.post(path, headers=OWN).status_code == 410


def test_every_answer_has_the_same_bytes(scene: Scene) -> None:
    moderators.add(INES, role="admin")
    client = scene.app.test_client()
    asked = ("nobody@desk.example", "no address", "", "\0", "x" * 9_000, f"{INES}, {INES}")
    answers = {ask(client, email).text for email in (INES, *asked)}
    assert len(answers) == 1
    kept = [row.payload for row in scene.outbox("sign-in")]
    assert kept == [{"email": INES}, {"email": "nobody@desk.example"}]


def test_an_address_is_mailed_five_times_an_hour_and_hears_nothing_of_it(scene: Scene) -> None:
    moderators.add(INES, role="admin")
    client = scene.app.test_client()
    answers = {ask(client, email).text for email in (INES, INES.upper()) for _ in "1234"}
    assert len(answers) == 1
    scene.work()
    assert len(scene.mails(INES)) == 5
    scene.at.shift(3_601)
    ask(client)
    scene.work()
    assert len(scene.mails(INES)) == 6


def test_asking_is_limited_per_machine(scene: Scene) -> None:
    client = scene.app.test_client()
    statuses = [ask(client, f"{number}@desk.example").status_code for number in range(11)]
    assert statuses == [200] * 10 + [429]


def test_another_page_asks_for_nobody(scene: Scene) -> None:
    client = scene.app.test_client()
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(LINK, data={"email": INES}, headers=headers).status_code == 403
    assert scene.outbox("sign-in") == []


def test_without_a_mail_server_nothing_is_asked(client: FlaskClient) -> None:
    for answer in (ask(client), client.get(LINK)):
        assert (answer.status_code, answer.location) == (303, "/admin/sign-in")
