"""Where settings come from, what they can't be, and the secret that is made when none is given."""

import os
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from comments_service import settings
from comments_service.domain.tokens import Purpose
from comments_service.settings import BadSetting, Settings

OLD, NEW = "the key of last year and long enough", "the key of this year and long enough"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def load(**environ: str) -> Settings:
    return settings.load({"COMMENTS_SECRET_KEY": NEW} | environ)


def file(text: str | bytes) -> dict[str, str]:
    """The variable that names a file with this text."""
    path = Path("comments.toml")
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return {"COMMENTS_CONFIG": str(path)}


def complaint(environ: Mapping[str, str]) -> str:
    """The one line that refuses these variables."""
    with pytest.raises(BadSetting) as refusal:
        load(**environ)
    text = str(refusal.value)
    assert len(text.splitlines()) == 1
    return text


def test_without_file_and_environment_everything_has_its_default() -> None:
    loaded = load()
    for field in fields(Settings):
        if field.name != "secret_key":
            assert getattr(loaded, field.name) == field.default, field.name


def test_the_environment_goes_before_the_file_and_the_file_before_the_default() -> None:
    both = file('edit_seconds = 600\nmoderation = "all"')
    assert load().edit_seconds == 900
    assert load(**both).edit_seconds == 600
    loaded = load(**both, COMMENTS_EDIT_SECONDS="300")
    assert loaded.edit_seconds == 300
    assert loaded.moderation == "all"


def test_other_variables_are_not_ours() -> None:
    assert load(EDIT_SECONDS="1", COMMENTSERVICE_EDIT_SECONDS="1", PATH="x").edit_seconds == 900


def test_an_empty_variable_that_names_no_file_is_none() -> None:
    assert load(COMMENTS_CONFIG="").edit_seconds == 900


def test_every_default_passes_its_own_check() -> None:
    given = {
        f"COMMENTS_{field.name.upper()}": str(field.default)
        for field in fields(Settings)
        if field.name != "secret_key"
    }
    assert load(**given) == load()


def test_settings_cant_be_changed_later() -> None:
    with pytest.raises(FrozenInstanceError):
        load().edit_seconds = 1  # pyright: ignore[reportAttributeAccessIssue] - what is tested


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("COMMENTS_DATABASE_URL", "nonsense"),
        ("COMMENTS_DATABASE_URL", "mysql://comments@db.example/comments"),
        ("COMMENTS_DATABASE_URL", "postgres://comments@db.example/comments"),
        ("COMMENTS_DATABASE_URL", "postgresql://comments@db.example:port/comments"),
        ("COMMENTS_DATABASE_URL", "sqlite://"),
        ("COMMENTS_DATABASE_URL", "sqlite:///:memory:"),
        ("COMMENTS_DATABASE_URL", "sqlite:///file:comments.sqlite3?uri=true"),
        ("COMMENTS_REDIS_URL", "limits.example:6379"),
        ("COMMENTS_REDIS_URL", "memory://"),
        ("COMMENTS_REDIS_URL", "redis://limits.example:port"),
        ("COMMENTS_SECRET_KEY", "too short"),
        ("COMMENTS_SECRET_KEY", f"{NEW},too short"),
        ("COMMENTS_SECRET_KEY", f"{NEW},"),
        ("COMMENTS_SECRET_KEY", " " * 40),
        ("COMMENTS_SECRET_KEY", "short" + " " * 40),
        ("COMMENTS_PUBLIC_URL", ""),
        ("COMMENTS_PUBLIC_URL", "comments.example"),
        ("COMMENTS_PUBLIC_URL", "ftp://comments.example"),
        ("COMMENTS_PUBLIC_URL", "https://"),
        ("COMMENTS_PUBLIC_URL", "https://[::1"),
        ("COMMENTS_PUBLIC_URL", "https://comments.example:port"),
        ("COMMENTS_PUBLIC_URL", "https://comments.example:99999"),
        ("COMMENTS_PUBLIC_URL", "https://tess:secret@comments.example"),
        ("COMMENTS_PUBLIC_URL", "https://comments.example?a=1"),
        ("COMMENTS_PUBLIC_URL", "https://comments.example/sub?a=1"),
        ("COMMENTS_PUBLIC_URL", "https://comments.example/#top"),
        ("COMMENTS_PUBLIC_URL", "https://Comments.example"),
        ("COMMENTS_PUBLIC_URL", "https://comments.example:443"),
        ("COMMENTS_PUBLIC_URL", "http://127.1:8000"),
        ("COMMENTS_PUBLIC_URL", "https://news.example/café"),
        ("COMMENTS_PUBLIC_URL", "https://news.example/caf%C3%A9"),
        ("COMMENTS_PUBLIC_URL", "https://news.example/a b"),
        ("COMMENTS_PUBLIC_URL", 'https://news.example/"'),
        ("COMMENTS_PUBLIC_URL", "https://news.example/a/../b"),
        ("COMMENTS_PUBLIC_URL", "https://news.example/a//b"),
        ("COMMENTS_PUBLIC_URL", "https://news.example/api"),
        ("COMMENTS_PUBLIC_URL", "https://news.example/admin/"),
        ("COMMENTS_PUBLIC_URL", "https://news.example/thread/talk"),
        ("COMMENTS_PUBLIC_URL", "https://news.example/embed.js"),
        ("COMMENTS_SMTP_URL", "mail.example:25"),
        ("COMMENTS_SMTP_URL", "https://mail.example"),
        ("COMMENTS_SMTP_URL", "smtp://"),
        ("COMMENTS_SMTP_URL", "smtp://mail.example:port"),
        ("COMMENTS_SMTP_URL", "smtp://[mail.example"),
        ("COMMENTS_MAIL_FROM", ""),
        ("COMMENTS_MAIL_FROM", "Comments"),
        ("COMMENTS_MAIL_FROM", "comments@"),
        ("COMMENTS_MAIL_FROM", "comments@example.com\nBcc: tess@example.com"),
        ("COMMENTS_TRUSTED_PROXIES", "proxy.example"),
        ("COMMENTS_TRUSTED_PROXIES", "10.0.0.0/8, nonsense"),
        ("COMMENTS_TRUSTED_PROXIES", "10.0.0.1/8"),
        ("COMMENTS_TRUSTED_PROXIES", "0.0.0.0/0"),
        ("COMMENTS_TRUSTED_PROXIES", "10.0.0.0/8,::/0"),
        ("COMMENTS_MODERATION", ""),
        ("COMMENTS_MODERATION", "everybody"),
        ("COMMENTS_SCREENING", "yes"),
        ("COMMENTS_POST_LIMIT", "many"),
        ("COMMENTS_POST_LIMIT", "5 per fortnight"),
        ("COMMENTS_SUBSCRIBE_LIMIT", "-5 per minute"),
        ("COMMENTS_SIGN_IN_LIMIT", "10 per minute; many"),
    ],
)
def test_an_impossible_value_is_refused_in_one_line_that_names_it(
    variable: str, value: str
) -> None:
    assert complaint({variable: value}).startswith(f"{variable}: ")


NUMBERS = [f"COMMENTS_{field.name.upper()}" for field in fields(Settings) if field.type is int]
MAY_BE_0 = {
    f"COMMENTS_{name}"
    for name in (
        "MAX_LINKS",
        "EDIT_SECONDS",
        "SETTLE_SECONDS",
        "UNDO_SECONDS",
        "DUPLICATE_SECONDS",
        "CDN_SECONDS",
        "READY_BYTES",
    )
}


@pytest.mark.parametrize("variable", NUMBERS)
def test_a_number_is_whole_and_in_its_bounds(variable: str) -> None:
    for value in ("-1", "1.5", "many", "", str(2**31)):
        assert complaint({variable: value}).startswith(f"{variable}: must be ")
    name = variable.removeprefix("COMMENTS_").lower()
    assert getattr(load(**{variable: "7"}), name) == 7
    if variable in MAY_BE_0:
        assert getattr(load(**{variable: "0"}), name) == 0
    else:
        assert complaint({variable: "0"}).startswith(f"{variable}: must be 1 to ")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("COMMENTS_DATABASE_URL", "postgresql://comments:secret@db.example/comments"),
        ("COMMENTS_DATABASE_URL", "postgresql+psycopg://comments@/comments?host=/run/postgresql"),
        ("COMMENTS_DATABASE_URL", "sqlite:////srv/comments/comments.sqlite3"),
        ("COMMENTS_REDIS_URL", "rediss://:secret@limits.example:6380/1"),
        ("COMMENTS_PUBLIC_URL", "https://news.example/comments/"),
        ("COMMENTS_PUBLIC_URL", "https://news.example/threads/~talk.2/@us/"),
        ("COMMENTS_PUBLIC_URL", "http://[::1]:8000"),
        ("COMMENTS_SMTP_URL", "smtp+starttls://tess:s%40cret@mail.example:587"),
        ("COMMENTS_MAIL_FROM", "comments@news.example"),
        ("COMMENTS_TRUSTED_PROXIES", "10.0.0.0/8, 2001:db8::/32, 192.0.2.7,"),
        ("COMMENTS_MODERATION", "none"),
        ("COMMENTS_SCREENING", "off"),
        ("COMMENTS_POST_LIMIT", "1 per 2 seconds"),
        ("COMMENTS_POST_LIMIT", ""),
    ],
)
def test_a_possible_value_is_taken_as_it_stands(variable: str, value: str) -> None:
    name = variable.removeprefix("COMMENTS_").lower()
    assert getattr(load(**{variable: value}), name) == value


@pytest.mark.parametrize("name", ["COMMENTS_EDIT_SECOND", "COMMENTS_", "COMMENTS_KEYRING"])
def test_an_unknown_variable_is_refused_by_its_name(name: str) -> None:
    assert complaint({name: "1"}) == f"{name}: there is no such setting"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("edit_second = 1", "'edit_second'"),
        ("EDIT_SECONDS = 1", "'EDIT_SECONDS'"),
        ("COMMENTS_EDIT_SECONDS = 1", "'COMMENTS_EDIT_SECONDS'"),
        ("[mail]\nsmtp_url = ''", "'mail'"),
        ('"two\\nlines" = 1', r"'two\nlines'"),
    ],
)
def test_an_unknown_key_of_the_file_is_refused_by_its_name(text: str, words: str) -> None:
    assert complaint(file(text)).endswith(f"comments.toml: there is no setting {words}")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('edit_seconds = "soon"', "COMMENTS_EDIT_SECONDS: must be a whole number"),
        ("edit_seconds = 1.5", "COMMENTS_EDIT_SECONDS: must be a whole number"),
        ("edit_seconds = true", "COMMENTS_EDIT_SECONDS: must be a whole number"),
        ("edit_seconds = [900]", "COMMENTS_EDIT_SECONDS: must be a whole number"),
        ("edit_seconds = -1", "COMMENTS_EDIT_SECONDS: must be 0 to "),
        ("moderation = 1", "COMMENTS_MODERATION: must be text"),
        ("screening = false", "COMMENTS_SCREENING: must be text"),
        ('moderation = "everybody"', "COMMENTS_MODERATION: must be one of"),
        ("edit_seconds = ", "COMMENTS_CONFIG: comments.toml is no TOML: "),
        (b'mail_from = "\xff"', "COMMENTS_CONFIG: comments.toml is no TOML: "),
    ],
)
def test_a_bad_file_is_refused_in_one_line(text: str | bytes, line: str) -> None:
    assert complaint(file(text)).startswith(line)


def test_a_file_that_cant_be_read_is_refused(tmp_path: Path) -> None:
    missing = complaint({"COMMENTS_CONFIG": "nowhere.toml"})
    assert missing == "COMMENTS_CONFIG: can't read nowhere.toml: No such file or directory"
    assert complaint({"COMMENTS_CONFIG": str(tmp_path)}).startswith("COMMENTS_CONFIG: can't read ")


def test_the_embedded_database_stands_in_the_data_folder(tmp_path: Path) -> None:
    assert load().resolved_database_url == f"sqlite:///{tmp_path}/comments-data/comments.sqlite3"
    given = load(COMMENTS_DATABASE_URL="postgresql:///comments", COMMENTS_DATA_DIR="elsewhere")
    assert given.resolved_database_url == "postgresql:///comments"
    assert given.data_path == tmp_path / "elsewhere"


KEPT = Path("comments-data", "secret-key")


def test_a_secret_is_made_once_and_kept_for_its_owner_alone() -> None:
    first, second = settings.load({}), settings.load({})
    assert len(first.secret_key) == 64
    assert second.secret_key == first.secret_key
    assert KEPT.read_text() == first.secret_key
    assert stat.S_IMODE(KEPT.stat().st_mode) == 0o600
    assert os.listdir(KEPT.parent) == [KEPT.name]  # noqa: PTH208 - names
    assert stat.S_IMODE(KEPT.parent.stat().st_mode) == 0o700


def test_a_data_folder_that_is_there_is_left_as_it_is() -> None:
    KEPT.parent.mkdir()
    KEPT.parent.chmod(0o750)
    settings.load({})
    assert stat.S_IMODE(KEPT.parent.stat().st_mode) == 0o750


def test_another_data_folder_has_another_secret() -> None:
    other = settings.load({"COMMENTS_DATA_DIR": "elsewhere"})
    assert other.secret_key != settings.load({}).secret_key


def test_a_given_secret_is_not_kept_and_goes_before_the_kept_one() -> None:
    assert load().secret_key == NEW
    assert not KEPT.parent.exists()
    settings.load({})
    assert load().secret_key == NEW


def test_a_kept_secret_that_was_cut_short_is_refused_and_left_alone() -> None:
    for text in ("", "\n", "short"):
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(text)
        with pytest.raises(
            BadSetting, match=r"^COMMENTS_SECRET_KEY: in .*/secret-key: "
        ) as refusal:
            settings.load({})
        assert len(str(refusal.value).splitlines()) == 1
        assert KEPT.read_text() == text


def test_a_data_folder_that_cant_be_made_is_refused_in_one_line() -> None:
    Path("taken").write_text("a file")
    with pytest.raises(BadSetting, match=r"^COMMENTS_DATA_DIR: can't keep the secret in \S+: .+$"):
        settings.load({"COMMENTS_DATA_DIR": "taken"})


def test_processes_that_start_at_once_agree_on_one_secret() -> None:
    """Each is loaded and waits for the word, so that they meet at the making of the file."""
    script = (
        "from comments_service import settings; print(flush=True); input();"
        "print(settings.load({'COMMENTS_DATA_DIR': 'together'}).secret_key)"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": str(Path(settings.__file__).parents[1])},
        )
        for _ in range(2)
    ]
    for process in started:
        assert process.stdout is not None
        process.stdout.readline()
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    secrets = {process.communicate()[0].strip() for process in started}
    assert secrets == {Path("together", "secret-key").read_text()}
    assert {process.returncode for process in started} == {0}


def test_the_first_secret_of_a_list_signs_and_all_are_believed() -> None:
    old, both = load(COMMENTS_SECRET_KEY=OLD), load(COMMENTS_SECRET_KEY=f"{NEW}, {OLD}")
    signed_before = old.keyring.object_token(Purpose.EDIT, 7)
    assert both.keyring.proves(signed_before, Purpose.EDIT)
    signed_now = both.keyring.object_token(Purpose.EDIT, 7)
    assert load().keyring.proves(signed_now, Purpose.EDIT)
    assert not old.keyring.proves(signed_now, Purpose.EDIT)


@pytest.mark.parametrize(
    ("public_url", "smtp_url", "mails"),
    [
        # no mail server
        ("https://comments.example", "", False),
        ("http://127.0.0.1:8000", "", False),
        # a public address: any mail server
        ("https://comments.example", "smtp://mail.example", True),
        ("https://comments.example", "smtp://127.0.0.1:2525", True),
        ("http://192.168.1.2:8000", "smtp://mail.example", True),
        ("http://localhost.example", "smtp://mail.example", True),
        ("http://notlocalhost", "smtp://mail.example", True),
        # a loopback address: one that can't mail strangers
        ("http://127.0.0.1:8000", "smtp://mail.example", False),
        ("http://127.8.8.8", "smtps://mail.example", False),
        ("http://localhost:8000", "smtp+starttls://tess:secret@mail.example", False),
        ("http://comments.localhost", "smtp://mail.example", False),
        ("http://[::1]:8000", "smtp://mail.example", False),
        ("http://127.0.0.1:8000", "smtp://192.168.1.2", False),
        ("http://127.0.0.1:8000", "smtp://localhost.example", False),
        ("http://127.0.0.1:8000", "smtp://notlocalhost", False),
        ("http://127.0.0.1:8000", "smtp://127.0.0.1:2525", True),
        ("http://localhost:8000", "smtp://LocalHost:2525", True),
        ("http://localhost:8000", "smtp://localhost.", True),
        ("http://127.0.0.1:8000", "smtp://mail.localhost", True),
        ("http://127.0.0.1:8000", "smtp://[::1]:2525", True),
    ],
)
def test_a_trial_on_this_machine_cant_mail_strangers(
    *, public_url: str, smtp_url: str, mails: bool
) -> None:
    loaded = load(COMMENTS_PUBLIC_URL=public_url, COMMENTS_SMTP_URL=smtp_url)
    assert loaded.mails_readers is mails
