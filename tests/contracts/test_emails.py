"""An e-mail is a folder of three files: a subject, a text and the same in HTML."""

from tests.contracts import repository

EMAILS = repository.PACKAGE / "templates" / "email"
PARTS = {"subject.txt", "body.txt", "body.html"}


def test_every_email_has_its_three_parts() -> None:
    folders = [folder for folder in EMAILS.iterdir() if folder.is_dir()]
    assert folders
    for folder in folders:
        names = {path.name for path in folder.iterdir()}
        assert names == PARTS, folder.name
