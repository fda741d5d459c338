"""Names, e-mails, websites, avatars and networks: what is taken, how it is written, what isn't."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comments_service.domain import people
from comments_service.domain.tokens import Keyring

KEYRING = Keyring((b"the key of this year, long enough",))
OTHERS = Keyring((b"the key of some other service!!!!",))
TESS, RUTH = b"t" * 16, b"r" * 16

NAMES = [
    # as typed, in any script
    ("Tess", "Tess"),
    ("Ruth van der Amberley-O'Neill 3rd", "Ruth van der Amberley-O'Neill 3rd"),
    ("Ωμέγα", "Ωμέγα"),
    ("نجلاء", "نجلاء"),
    ("山田 花子", "山田 花子"),
    ("🦀", "🦀"),
    ("?", "?"),
    # joiners inside are part of the writing
    ("نامه\u200cها", "نامه\u200cها"),  # noqa: RUF001 - Persian
    ("👩\u200d🔬", "👩\u200d🔬"),
    # outer space is dropped, inner space is one blank
    ("  Tess  \u3000 of\u00a0the Ferry ", "Tess of the Ferry"),
    # composed, so that one name is one sequence of characters
    ("Zoe\u0308", "Zo\u00eb"),
    ("\u212bsa", "\u00c5sa"),
    # up to 80 characters, counted when composed
    ("n" * 80, "n" * 80),
    ("e\u0301" * 80, "\u00e9" * 80),
    ("🦀" * 80, "🦀" * 80),
]

NO_NAMES = [
    ("", "needed"),
    (" \u3000\u00a0", "needed"),
    ("n" * 81, "at most 80"),
    ("n " * 41, "at most 80"),
    ("Te\x00ss", "control"),
    ("Te\nss", "control"),
    ("Te\tss", "control"),
    ("Te\x1fss", "control"),
    ("Te\x85ss", "control"),
    ("Tess\x7f", "control"),
    ("Te\ud800ss", "control"),
    # nothing to see: zero width, marks without a letter, blank letters
    ("\u200b", "see"),
    ("\u200b\u200d\ufeff", "see"),
    ("\u00ad", "see"),
    ("\u3164", "see"),
    ("\u115f\u1160", "see"),
    ("\u2800\u2800", "see"),
    ("\u0301", "see"),
    ("\U000e0041", "see"),
    ("\ue000", "see"),
]
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


@pytest.mark.parametrize(("given_name", "name"), NAMES)
def test_a_name_is_kept_as_typed_but_for_space_and_composition(given_name: str, name: str) -> None:
    assert people.name(given_name) == name


@pytest.mark.parametrize(("raw", "reason"), NO_NAMES)
def test_what_cant_be_a_name_is_refused_with_its_reason(raw: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        people.name(raw)


@pytest.mark.parametrize("override", BIDI, ids=ascii)
def test_a_name_cant_turn_the_writing_around_it(override: str) -> None:
    with pytest.raises(ValueError, match="direction"):
        people.name(f"Tess{override}sseT")


@settings(deadline=None)
@given(st.text(st.characters(), max_size=90))
def test_any_text_is_a_name_that_stays_itself_or_a_refusal(text: str) -> None:
    try:
        name = people.name(text)
    except ValueError:
        return
    assert people.name(name) == name
    assert 1 <= len(name) <= 80
    assert name.strip() == name
    assert unicodedata.is_normalized("NFC", name)
    assert not {unicodedata.category(character) for character in name} & {"Cc", "Cs"}


@pytest.mark.parametrize(
    ("raw", "email"),
    [
        ("tess@saltmarsh.example", "tess@saltmarsh.example"),
        ("  Tess.O'Neill+ferry@SaltMarsh.EXAMPLE ", "Tess.O'Neill+ferry@saltmarsh.example"),
        ("tess@bücher.example", "tess@bücher.example"),
        ("zoë@saltmarsh.example", "zoë@saltmarsh.example"),
    ],
)
def test_an_email_is_kept_as_mail_is_sent_to_it(raw: str, email: str) -> None:
    assert people.email(raw) == email


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "tess",
        "tess@",
        "@saltmarsh.example",
        "tess@saltmarsh",
        "tess@@saltmarsh.example",
        "tess @saltmarsh.example",
        "tess@salt marsh.example",
        "tess@saltmarsh..example",
        ".tess@saltmarsh.example",
        "tess@saltmarsh.example, ruth@saltmarsh.example",
        "Tess <tess@saltmarsh.example>",
        "tess@saltmarsh.example\nBcc: ruth@saltmarsh.example",
        "tess\r\n@saltmarsh.example",
        "tess@[127.0.0.1]",
        "tess@localhost",
        "t" * 65 + "@saltmarsh.example",
        "tess@" + "saltmarsh." * 25 + "example",
    ],
)
def test_an_incomplete_email_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="isn't complete"):
        people.email(raw)


def test_letter_case_makes_no_other_email() -> None:
    assert people.email_key("Tess@SaltMarsh.example") == people.email_key("tess@saltmarsh.example")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tess@saltmarsh.example", "t.ess@saltmarsh.example"),
        ("tess@saltmarsh.example", "tess+ferry@saltmarsh.example"),
        ("tess@straße.example", "tess@strasse.example"),  # two mailboxes, perhaps two people
    ],
)
def test_all_but_letter_case_makes_another_email(one: str, other: str) -> None:
    assert people.email_key(one) != people.email_key(other)


@pytest.mark.parametrize(
    ("raw", "website"),
    [
        ("https://tess.example/About?me#top", "https://tess.example/About?me#top"),
        (" HTTP://Tess.example ", "http://tess.example"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://tess.example/@tess", "https://tess.example/@tess"),
    ],
)
def test_a_website_is_an_http_or_https_link(raw: str, website: str) -> None:
    assert people.website(raw) == website


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "tess.example",
        "www.tess.example",
        "//tess.example",
        "https:tess.example",
        "https://",
        "javascript:alert(1)",
        "JavaScript:alert(1)//https://tess.example",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "mailto:tess@saltmarsh.example",
        "ftp://tess.example",
        "https://tess:secret@tess.example",
        "https://tess@tess.example",
        "https://bank.example%40@tess.example",
        "https:\\\\bank.example@tess.example",
        "https:/\\tess:secret@tess.example",
        "https:///tess:secret@tess.example",
        "https://tess.example:port/",
    ],
)
def test_a_website_that_isnt_one_or_hides_where_it_leads_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="begins with http"):
        people.website(raw)


def test_a_website_fits_its_column_also_with_its_host_encoded() -> None:
    assert people.website("https://tess.example/" + "a" * 479)
    with pytest.raises(ValueError, match="at most 500"):
        people.website("https://tess.example/" + "a" * 480)
    with pytest.raises(ValueError, match="at most 500"):
        people.website("https://bücher.example/" + "a" * 475)


def tag(
    name: str, *, visitor: bytes | None = TESS, site: int = 1, keyring: Keyring = KEYRING
) -> str:
    return people.avatar(keyring, site_id=site, visitor=visitor, name=name)


def test_an_avatar_says_whether_its_author_is_proven_or_claimed() -> None:
    assert tag("Tess").startswith("p")
    assert tag("Tess", visitor=None).startswith("c")
    assert tag("Tess")[1:] != tag("Tess", visitor=None)[1:]


@pytest.mark.parametrize("same", ["TESS", "tess", "ｔｅｓｓ"])  # noqa: RUF001 - full-width letters
def test_an_avatar_stays_when_only_the_letters_of_the_name_change_shape(same: str) -> None:
    assert tag(same) == tag("Tess")
    assert tag(same, visitor=None) == tag("Tess", visitor=None)


def test_everybody_has_an_avatar_of_his_own() -> None:
    tags = [
        tag("Tess"),
        tag("Ruth"),  # two names of one browser don't look alike
        tag("Tess", visitor=RUTH),  # nor do two people of one name
        tag("Tess", site=2),
        tag("Tess", visitor=None),
        tag("Ruth", visitor=None),
        tag("Tess", keyring=OTHERS),
    ]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Tess", "T"),
        ("ruth amberley", "RA"),
        ("Ruth van der Amberley", "RA"),
        ("山田 花子", "山花"),
        ("", ""),
    ],
)
def test_initials_are_those_of_the_first_and_the_last_word(name: str, initials: str) -> None:
    assert people.initials(name) == initials


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::ffff:cb00:7107", "203.0.113.7"),
    ],
)
def test_limits_count_by_ipv4_address_or_by_the_64_of_an_ipv6_one(address: str, key: str) -> None:
    assert people.limit_key(address) == key


NEIGHBOURS = [
    ("203.0.113.7", "203.0.113.250"),
    ("203.0.113.7", "::ffff:203.0.113.9"),
    ("2001:db8:1:2::3", "2001:db8:1:ffff::4"),
]
STRANGERS = [
    ("203.0.113.7", "203.0.114.7"),
    ("2001:db8:1::1", "2001:db8:2::1"),
    ("203.0.113.7", "2001:db8:cb00:7107::"),
]


@pytest.mark.parametrize(("one", "other"), NEIGHBOURS)
def test_a_network_is_a_24_or_a_48(one: str, other: str) -> None:
    assert people.network(KEYRING, one) == people.network(KEYRING, other)


@pytest.mark.parametrize(("one", "other"), STRANGERS)
def test_beyond_it_is_another_network(one: str, other: str) -> None:
    assert people.network(KEYRING, one) != people.network(KEYRING, other)


def test_a_network_is_a_keyed_hash_that_fits_its_column() -> None:
    assert people.network(KEYRING, "203.0.113.7") != people.network(OTHERS, "203.0.113.7")
    assert len(people.network(KEYRING, "2001:db8::1")) == 32


@settings(deadline=None)
@given(st.ip_addresses())
def test_every_machine_has_a_limit_key_and_a_network(address: object) -> None:
    key = people.limit_key(str(address))
    assert people.limit_key(key.split("/")[0]) == key
    assert people.network(KEYRING, key.split("/")[0]) == people.network(KEYRING, str(address))


@pytest.mark.parametrize(
    ("name", "other", "alike"),
    [
        ("The Tide Table", "The Tide Table", True),
        ("the tide-table.", "The Tide Table", True),
        ("Th\u00e9 T\u00efde T\u00e4ble", "The Tide Table", True),
        ("The\u0301 Tide Table", "The Tide Table", True),
        ("\uff34\uff28\uff25 Tide Table", "The Tide Table", True),
        ("T\u200bh\u00ade Tide Table", "The Tide Table", True),
        ("STRASSE 7", "Stra\u00dfe 7", True),
        ("The Tide Table 2", "The Tide Table", False),
        ("The Tide Tables", "The Tide Table", False),
        ("The Tide", "The Tide Table", False),
        ("\u6f6e\u6c50\u8868", "\u6f6e\u6c50\u8868", True),
        ("\u6f6e\u6c50", "\u6f6e\u6c50\u8868", False),
        ("!!!", "???", False),
    ],
)
def test_names_look_alike_whatever_their_case_accents_and_signs(
    name: str, other: str, *, alike: bool
) -> None:
    assert people.looks_like(name, other) is alike
