"""Reading over HTTP: threads, replies, permalinks and counts, as readers rely on them."""

from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from comments_service.database import snapshot, unit_of_work
from comments_service.domain import votes
from comments_service.domain.states import Decision, State
from comments_service.models import Comment, Thread
from comments_service.settings import Settings
from tests.conftest import MakeSettings
from tests.rows import grow, statements
from tests.thread import (
    ARTICLE,
    ORIGIN,
    Reader,
    add_site,
    approve,
    decide,
    found,
    pointers,
    posted,
    problem,
    read,
)

OTHER_PAGE = f"{ORIGIN}/the-pool"


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings(post_limit="")


@pytest.fixture
def site(app: Flask) -> int:
    return add_site(app)


@pytest.fixture
def reader(site: int, client: FlaskClient) -> Reader:
    return Reader(client)


def ids(comments: list[dict[str, Any]]) -> list[str]:
    return [comment["id"] for comment in comments]


def flat(comments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A nested list laid out, parents first."""
    all_of_them: list[dict[str, Any]] = []
    rest = list(reversed(comments))
    while rest:
        comment = rest.pop()
        all_of_them.append(comment)
        rest += reversed(comment["replies"])
    return all_of_them


def walk(client: FlaskClient, path: str, **query: Any) -> list[dict[str, Any]]:
    """Every comment of a list, page by page."""
    walked: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = found(client.get(path, query_string=query | cursor))
        walked += page["comments"]
        if page["next_cursor"] is None:
            return walked
        cursor = {"cursor": page["next_cursor"]}


def refused(client: FlaskClient, **query: Any) -> list[str]:
    return pointers(client.get("/api/v1/comments", query_string={"url": ARTICLE} | query))


def count_votes(app: Flask, comment: str, up: int, down: int) -> None:
    """As if so many had voted."""
    counted = {"votes_up": up, "votes_down": down, "rank": votes.rank(up, down)}
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Comment).where(Comment.id == int(comment)).values(**counted))


BAD_QUERIES = [
    ({"url": ""}, "/url"),
    ({"url": "javascript:alert(1)"}, "/url"),
    ({"url": "news.example/night-ferry"}, "/url"),
    ({"url": f"{ARTICLE}\x00"}, "/url"),
    ({"url": f"{ARTICLE}?{'x' * 2000}"}, "/url"),
    ({"sort": "best"}, "/sort"),
    ({"sort": "oldest' OR 1=1"}, "/sort"),
    ({"limit": "0"}, "/limit"),
    ({"limit": "101"}, "/limit"),
    ({"limit": "-1"}, "/limit"),
    ({"limit": "x"}, "/limit"),
    ({"limit": "9" * 5000}, "/limit"),
    ({"cursor": ""}, "/cursor"),
    ({"cursor": "nonsense"}, "/cursor"),
    ({"cursor": "é" * 20}, "/cursor"),
    ({"cursor": "A" * 32}, "/cursor"),
    ({"cursor": "A" * 5000}, "/cursor"),
]


class TestUnknownPages:
    def test_an_unknown_page_has_an_empty_thread_and_none_is_made(
        self, app: Flask, reader: Reader
    ) -> None:
        page = read(reader.client, f"{ARTICLE}/?utm_source=mail#top")
        assert page["comments"] == []
        assert page["next_cursor"] is None
        assert page["thread"]["url"] == ARTICLE
        assert (page["thread"]["title"], page["thread"]["count"]) == (None, 0)
        assert page["thread"]["state"] == "open"
        with app.app_context(), snapshot() as session:
            assert session.scalar(select(func.count()).select_from(Thread)) == 0

    def test_the_rules_are_all_a_widget_needs(self, reader: Reader) -> None:
        assert read(reader.client)["thread"]["rules"] == {
            "max_length": 10_000,
            "edit_seconds": 900,
            "email": "optional",
            "website": False,
            "votes": "up",
            "notify": False,
            "consent_text": None,
            "house_rules": None,
            "moderation": "newcomers",
        }

    def test_a_page_of_no_site_is_404(self, reader: Reader) -> None:
        for host in ("other.example", "news.example.evil.example", "ws.example", "news.example:81"):
            answer = reader.client.get("/api/v1/comments", query_string={"url": f"https://{host}/"})
            assert problem(answer, 404)["type"] == "unknown-site"


class TestBadQueries:
    @pytest.mark.parametrize("opened", [False, True], ids=["unknown page", "known page"])
    def test_each_name_has_its_complaint(self, app: Flask, reader: Reader, *, opened: bool) -> None:
        if opened:
            grow(app, [None])
        for query, pointer in BAD_QUERIES:
            assert refused(reader.client, **query) == [pointer], query

    def test_a_missing_url_is_named(self, reader: Reader) -> None:
        assert pointers(reader.client.get("/api/v1/comments")) == ["/url"]
        assert pointers(reader.client.get("/api/v1/counts")) == ["/url"]

    def test_repeated_names_are_refused_and_unknown_ones_ignored(self, reader: Reader) -> None:
        assert refused(reader.client, sort=["oldest", "oldest"]) == ["/sort"]
        assert refused(reader.client, url=[ARTICLE, ARTICLE]) == ["/url"]
        assert read(reader.client, utm=["a", "b"], page="7")["comments"] == []


class TestCursors:
    @pytest.fixture
    def cursor(self, app: Flask, reader: Reader) -> str:
        grow(app, [None, None, None])
        return read(reader.client, limit=1)["next_cursor"]

    def test_another_sorts_is_refused(self, reader: Reader, cursor: str) -> None:
        top = read(reader.client, limit=1, sort="top")["next_cursor"]
        for foreign, sort in ((cursor, "newest"), (cursor, "top"), (top, "oldest")):
            assert refused(reader.client, cursor=foreign, sort=sort) == ["/cursor"]

    def test_another_threads_is_refused(self, app: Flask, reader: Reader, cursor: str) -> None:
        assert refused(reader.client, cursor=cursor, url=OTHER_PAGE) == ["/cursor"]
        grow(app, [None], url=OTHER_PAGE)
        assert refused(reader.client, cursor=cursor, url=OTHER_PAGE) == ["/cursor"]

    def test_another_sites_is_refused(self, app: Flask, reader: Reader, cursor: str) -> None:
        url = "https://another.example/night-ferry"
        add_site(app, "Another", "https://another.example")
        grow(app, [None], url=url)
        assert refused(reader.client, cursor=cursor, url=url) == ["/cursor"]

    def test_a_changed_one_is_refused(self, reader: Reader, cursor: str) -> None:
        for place in range(0, len(cursor), 5):
            other = "A" if cursor[place] != "A" else "B"
            forged = cursor[:place] + other + cursor[place + 1 :]
            assert refused(reader.client, cursor=forged) == ["/cursor"]

    def test_roots_and_replies_have_cursors_of_their_own(
        self, app: Flask, reader: Reader, cursor: str
    ) -> None:
        root, *_ = grow(app, [None, 0, 0, 0, 0, None, 5, 5, 5, 5], url=OTHER_PAGE)
        first, second = read(reader.client, OTHER_PAGE)["comments"]
        path = f"/api/v1/comments/{root}/replies"
        for foreign in (cursor, second["replies_cursor"], ""):
            answer = reader.client.get(path, query_string={"cursor": foreign})
            assert pointers(answer) == ["/cursor"]
        query = {"url": OTHER_PAGE, "cursor": first["replies_cursor"]}
        assert pointers(reader.client.get("/api/v1/comments", query_string=query)) == ["/cursor"]


class TestPaging:
    def test_both_sorts_order_the_roots(self, app: Flask, reader: Reader) -> None:
        roots = grow(app, [None] * 5)
        assert ids(read(reader.client)["comments"]) == roots
        assert ids(read(reader.client, sort="newest")["comments"]) == roots[::-1]

    def test_on_top_is_what_most_agree_on_then_what_is_newest(
        self, app: Flask, reader: Reader
    ) -> None:
        liked, disputed, first, second, disliked, most = grow(app, [None] * 6)
        for comment, up, down in ((liked, 4, 0), (disputed, 5, 4), (disliked, 0, 3), (most, 9, 0)):
            count_votes(app, comment, up, down)
        order = [most, liked, disputed, disliked, second, first]
        for limit in (1, 2, 3, 100):
            walked = walk(reader.client, "/api/v1/comments", url=ARTICLE, sort="top", limit=limit)
            assert ids(walked) == order
        assert walked[0]["votes"] == {"up": 9, "down": 0}

    def test_what_no_vote_moves_meanwhile_comes_once_on_the_top_pages(
        self, app: Flask, reader: Reader
    ) -> None:
        roots = grow(app, [None] * 12)
        for place, root in enumerate(roots):
            count_votes(app, root, place % 4, 0)
        moved = [roots[1], roots[6], roots[11]]
        walked: list[str] = []
        cursor: dict[str, str] = {}
        for number in range(20):
            page = read(reader.client, sort="top", limit=2, **cursor)
            walked += ids(page["comments"])
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
            count_votes(app, moved[number % 3], up=(number * 7) % 5, down=0)
        order = [roots[place] for rest in (3, 2, 1, 0) for place in (8 + rest, 4 + rest, rest)]
        assert [one for one in walked if one not in moved] == [
            one for one in order if one not in moved
        ]

    @pytest.mark.parametrize("sort", ["oldest", "newest"])
    def test_every_root_comes_once_in_order(self, app: Flask, reader: Reader, sort: str) -> None:
        roots = grow(app, [None] * 7)
        for limit in (1, 2, 7, 100):
            walked = walk(reader.client, "/api/v1/comments", url=ARTICLE, sort=sort, limit=limit)
            assert ids(walked) == (roots if sort == "oldest" else roots[::-1])

    @pytest.mark.parametrize("sort", ["oldest", "newest"])
    def test_it_stays_so_while_new_ones_arrive(self, app: Flask, reader: Reader, sort: str) -> None:
        known = grow(app, [None] * 4)
        walked: list[str] = []
        cursor: dict[str, str] = {}
        for number in range(20):
            page = read(reader.client, sort=sort, limit=1, **cursor)
            walked += ids(page["comments"])
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
            if number < 3:
                approve(app, posted(reader.post(f"New {number}.")))
        assert len(walked) == len(set(walked))
        assert [one for one in walked if one in known] == (
            known if sort == "oldest" else known[::-1]
        )
        assert len(walked) == (7 if sort == "oldest" else 4)

    def test_the_default_page_has_fifty_roots(self, app: Flask, reader: Reader) -> None:
        roots = grow(app, [None] * 51)
        page = read(reader.client)
        assert ids(page["comments"]) == roots[:50]
        assert page["thread"]["count"] == 51
        assert read(reader.client, cursor=page["next_cursor"])["next_cursor"] is None

    @pytest.mark.parametrize("roots", [1, 50])
    def test_a_page_takes_at_most_five_statements(
        self, app: Flask, reader: Reader, roots: int
    ) -> None:
        grow(app, [None] * roots + [place % roots for place in range(roots * 5)])
        with statements(app) as sent:
            answer = reader.client.get(
                "/api/v1/comments", query_string={"url": ARTICLE}, headers={"Origin": ORIGIN}
            )
        assert len(found(answer)["comments"]) == roots
        assert len(sent) <= 5, sent


class TestReplies:
    def test_a_root_carries_its_first_three_descendants_nested(
        self, app: Flask, reader: Reader
    ) -> None:
        root, child, grandchild, second, *_ = grow(app, [None, 0, 1, 0, 0])
        (shown,) = read(reader.client)["comments"]
        assert ids(flat([shown])) == [root, child, grandchild, second]
        assert ids(shown["replies"]) == [child, second]
        assert [one["depth"] for one in flat([shown])] == [0, 1, 2, 1]
        assert {one["root_id"] for one in flat([shown])} == {root}
        assert [one["reply_count"] for one in flat([shown])] == [4, 1, 0, 0]
        assert shown["replies_cursor"] is not None
        assert {one["replies_cursor"] for one in flat(shown["replies"])} == {None}

    def test_three_replies_are_all(self, app: Flask, reader: Reader) -> None:
        grow(app, [None, 0, 0, 0])
        (shown,) = read(reader.client)["comments"]
        assert len(shown["replies"]) == 3
        assert shown["replies_cursor"] is None

    def test_the_rest_goes_on_from_there(self, app: Flask, reader: Reader) -> None:
        root, *replies = grow(app, [None, 0, 1, 0, 2, 4, 3, 0, None, 8])
        shown = read(reader.client)["comments"][0]
        assert sorted(ids(flat(shown["replies"]))) == replies[:3]
        path, cursor = f"/api/v1/comments/{root}/replies", shown["replies_cursor"]
        for limit in (1, 2, 100):
            rest = walk(reader.client, path, cursor=cursor, limit=limit)
            assert ids(rest) == replies[3:7]
            assert all(one["replies"] == [] for one in rest)

    def test_without_a_cursor_it_begins_with_the_first(self, app: Flask, reader: Reader) -> None:
        root, *replies = grow(app, [None, 0, 1, 0, 2])
        assert ids(walk(reader.client, f"/api/v1/comments/{root}/replies", limit=3)) == replies

    def test_only_a_visible_root_has_replies(self, app: Flask, reader: Reader) -> None:
        _root, reply = grow(app, [None, 0])
        held = posted(reader.post("Held."))
        for comment in (reply, held, "1", "x", "-1", "9" * 19, "9" * 40, "٣"):
            problem(reader.client.get(f"/api/v1/comments/{comment}/replies"), 404)

    def test_replies_of_every_root_are_found_beside_each_other(
        self, app: Flask, reader: Reader
    ) -> None:
        grow(app, [None, None, None, 0, 2, 0, 2, 2, 2])
        shown = read(reader.client)["comments"]
        assert [len(root["replies"]) for root in shown] == [2, 0, 3]
        assert [root["replies_cursor"] is None for root in shown] == [True, True, False]


class TestTombstones:
    @pytest.mark.parametrize("decision", [Decision.REJECT, Decision.SPAM, Decision.DELETE])
    def test_what_is_gone_stands_only_above_approved_replies(
        self, app: Flask, reader: Reader, decision: Decision
    ) -> None:
        above, below, alone = grow(app, [None, 0, None])
        decide(app, above, decision)
        decide(app, alone, decision)
        page = read(reader.client)
        (stone,) = page["comments"]
        assert (stone["id"], stone["state"], stone["reply_count"]) == (above, "removed", 1)
        assert (stone["author"], stone["body_html"], stone["edited_at"]) == (None, None, None)
        assert ids(stone["replies"]) == [below]
        assert page["thread"]["count"] == 1
        decide(app, below, decision)
        assert read(reader.client)["comments"] == []

    def test_what_waits_again_is_in_review(self, app: Flask, reader: Reader) -> None:
        above, _below = grow(app, [None, 0])
        with app.app_context(), unit_of_work() as session:
            waits = update(Comment).where(Comment.id == int(above)).values(state=State.PENDING)
            session.execute(waits)
        (stone,) = read(reader.client)["comments"]
        assert (stone["state"], stone["author"], stone["body_html"]) == ("in_review", None, None)

    def test_a_restored_one_stands_again(self, app: Flask, reader: Reader) -> None:
        above, below = grow(app, [None, 0])
        before = read(reader.client)
        for decision in (Decision.DELETE, Decision.RESTORE):
            decide(app, above, decision)
            decide(app, below, decision)
        assert read(reader.client) == before

    def test_nothing_of_a_hidden_comment_is_read(self, app: Flask, reader: Reader) -> None:
        above = posted(reader.post("Secret words.", author={"website": "https://ruth.example"}))
        approve(app, above)
        approve(app, posted(Reader(reader.client, name="Jo").post("Well.", parent_id=above)))
        decide(app, above, Decision.REJECT)
        query = {"url": ARTICLE}
        text = reader.client.get("/api/v1/comments", query_string=query).text
        for secret in ("Secret", "Ruth", "ruth.example"):
            assert secret not in text


class TestRevalidation:
    def get(self, client: FlaskClient, **headers: str) -> Any:
        return client.get("/api/v1/comments", query_string={"url": ARTICLE}, headers=headers)

    def test_the_headers_let_anybody_keep_and_ask(self, reader: Reader) -> None:
        for path in ("/api/v1/comments", "/api/v1/counts"):
            answer = reader.client.get(path, query_string={"url": ARTICLE})
            assert answer.headers["ETag"].startswith('W/"')
            assert answer.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
            assert answer.headers["Vary"] == "Accept-Encoding"
            assert answer.headers["Access-Control-Allow-Origin"] == "*"

    def test_the_same_is_304_and_empty(self, app: Flask, reader: Reader) -> None:
        grow(app, [None, 0])
        first = self.get(reader.client)
        again = self.get(reader.client, **{"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Access-Control-Allow-Origin"] == "*"

    def test_nothing_depends_on_who_asks(self, app: Flask, reader: Reader) -> None:
        approve(app, posted(reader.post("Hello.")))
        reader.post("Held.")
        known = self.get(reader.client, **reader.headers())
        assert known.data == self.get(reader.client, Origin="https://evil.example").data

    def test_every_visible_change_changes_the_tag(self, app: Flask, reader: Reader) -> None:
        def tag() -> str:
            return self.get(reader.client).headers["ETag"]

        comment = posted(reader.post("A tpyo."))
        tags = [tag()]
        approve(app, comment)
        tags.append(tag())
        path = f"/api/v1/comments/{comment}"
        found(reader.client.patch(path, json={"body": "A typo."}, headers=reader.headers()))
        tags.append(tag())
        decide(app, comment, Decision.REJECT)
        tags.append(tag())
        assert all(before != after for before, after in pairwise(tags))


class TestPermalinks:
    @pytest.mark.parametrize("sort", ["oldest", "newest", "top"])
    def test_its_cursors_lead_to_it(self, app: Flask, reader: Reader, sort: str) -> None:
        everything = grow(app, [None, None, 1, 2, 1, 1, 5, 1, None])
        for wanted in everything:
            place = found(reader.client.get(f"/api/v1/comments/{wanted}?sort={sort}"))
            root = place["root"]["id"]
            page = read(reader.client, sort=sort, cursor=place["root_cursor"])
            assert page["comments"][0]["id"] == root == place["comment"]["root_id"]
            assert place["comment"]["id"] == wanted
            if wanted == root:
                assert place["replies_cursor"] is None
                continue
            answer = reader.client.get(
                f"/api/v1/comments/{root}/replies",
                query_string={"cursor": place["replies_cursor"]},
            )
            assert found(answer)["comments"][0]["id"] == wanted

    def test_it_has_at_most_the_ten_nearest_ancestors(self, app: Flask, reader: Reader) -> None:
        chain = grow(app, [None, *range(12)])
        for depth, above in ((0, []), (1, chain[:1]), (10, chain[:10]), (12, chain[2:12])):
            place = found(reader.client.get(f"/api/v1/comments/{chain[depth]}"))
            assert ids(place["ancestors"]) == above

    def test_it_is_never_kept(self, app: Flask, reader: Reader) -> None:
        (root,) = grow(app, [None])
        answer = reader.client.get(f"/api/v1/comments/{root}")
        assert answer.headers["Cache-Control"] == "no-store"

    def test_a_held_hidden_or_unknown_one_is_404(self, app: Flask, reader: Reader) -> None:
        above, _below = grow(app, [None, 0])
        decide(app, above, Decision.REJECT)
        held = posted(reader.post("Held."))
        for comment in (above, held, "1", "x", "9" * 19, "9" * 40):
            problem(reader.client.get(f"/api/v1/comments/{comment}"), 404)

    def test_another_sites_pages_may_not_ask_for_it(self, app: Flask, reader: Reader) -> None:
        (root,) = grow(app, [None])
        add_site(app, "Another", "https://another.example")
        for origin in ("https://another.example", "https://evil.example"):
            answer = reader.client.get(f"/api/v1/comments/{root}", headers={"Origin": origin})
            assert problem(answer, 403)["type"] == "foreign-origin"
        answer = reader.client.get(f"/api/v1/comments/{root}", headers={"Origin": ORIGIN})
        assert found(answer)["comment"]["id"] == root

    def test_a_bad_sort_is_named(self, app: Flask, reader: Reader) -> None:
        (root,) = grow(app, [None])
        assert pointers(reader.client.get(f"/api/v1/comments/{root}?sort=best")) == ["/sort"]


class TestCounts:
    def test_the_keys_are_as_given(self, app: Flask, reader: Reader) -> None:
        grow(app, [None, 0, 1])
        grow(app, [None], url=OTHER_PAGE)
        reader.post("Held.")
        spellings = [ARTICLE, f"{ARTICLE}/?utm_source=a", f"HTTP://NEWS.example:80{ARTICLE[20:]}"]
        unusable = ["", "x", "javascript:1", "https://[::1", "https://news.example/\x00"]
        strangers = ["https://other.example/night-ferry", f"{ORIGIN}/nobody"]
        asked = [*spellings, OTHER_PAGE, *unusable, *strangers]
        answer = reader.client.get("/api/v1/counts", query_string={"url": asked})
        counted = found(answer)["counts"]
        assert [counted[url] for url in spellings] == [3, 3, 3]
        assert counted[OTHER_PAGE] == 1
        assert [counted[url] for url in unusable + strangers] == [0] * 7

    def test_a_site_with_two_hosts_keeps_their_pages_apart(
        self, app: Flask, client: FlaskClient
    ) -> None:
        add_site(app, "Two", "https://a.example", "http://a.example", "https://b.example")
        grow(app, [None, None], url="https://a.example/x")
        grow(app, [None], url="https://b.example/x")
        asked = ["http://a.example/x", "https://b.example/x"]
        answer = client.get("/api/v1/counts", query_string={"url": asked})
        assert list(found(answer)["counts"].values()) == [2, 1]

    def test_at_most_a_hundred(self, reader: Reader) -> None:
        pages = [f"{ORIGIN}/{number}" for number in range(101)]
        answer = reader.client.get("/api/v1/counts", query_string={"url": pages[:100]})
        assert len(found(answer)["counts"]) == 100
        answer = reader.client.get("/api/v1/counts", query_string={"url": pages})
        assert pointers(answer) == ["/url"]

    @pytest.mark.parametrize("pages", [1, 100])
    def test_one_statement_counts_all(self, app: Flask, reader: Reader, pages: int) -> None:
        asked = [f"{ORIGIN}/{number}" for number in range(pages)]
        with statements(app) as sent:
            found(reader.client.get("/api/v1/counts", query_string={"url": asked}))
        assert len(sent) == 1


@pytest.mark.parametrize("length", [20_000, 60_000])
def test_a_page_of_long_texts_is_shorter_and_loses_none(
    app: Flask, reader: Reader, length: int
) -> None:
    made = grow(app, [None, None, 1, None, None, None])
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Comment).values(body_html="x" * length))
    pages: list[list[str]] = []
    cursor: dict[str, str] = {}
    while not pages or cursor:
        page = read(reader.client, sort="newest", **cursor)
        pages.append([one["id"] for one in flat(page["comments"])])
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else {}
    newest_first = [made[place] for place in (5, 4, 3, 1, 2, 0)]
    assert [number for page in pages for number in page] == newest_first
    assert [len(page) for page in pages] == ([2, 1, 2, 1] if length == 20_000 else [1, 1, 1, 2, 1])
