from dataclasses import fields
from pathlib import Path

import pytest

from comments_service.demo import content
from comments_service.demo.content import BadContent
from comments_service.settings import Settings

GOOD = """
[site]
name = "Post"
moderator = "desk@post.example"
[[articles]]
slug = "one"
title = "One"
byline = "B"
minutes_ago = 9
paragraphs = ["Text."]
[[articles.comments]]
id = "a"
name = "Ann"
body = "Hello"
minutes_ago = 5
lang = "en"
[[articles.comments]]
id = "b"
parent = "a"
name = "Ben"
body = "Hello"
minutes_ago = 4
lang = "en"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "demo.toml"
    path.write_text(text, encoding="utf-8")
    return path


def depths(article: content.Article) -> dict[str, int]:
    depth: dict[str, int] = {}
    for comment in article.comments:
        depth[comment.id] = depth[comment.parent] + 1 if comment.parent else 0
    return depth


def test_a_small_file_is_read_with_its_defaults(tmp_path: Path) -> None:
    article = content.load(written(tmp_path, GOOD)).articles[0]
    assert article.path == "/articles/one"
    assert article.open == "visible"
    assert [(c.id, c.parent, c.state) for c in article.comments] == [
        ("a", None, "approved"),
        ("b", "a", "approved"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('slug = "one"', 'slug = "one"\nslugg = "x"', "'slugg'"),
        ('id = "b"', 'id = "a"', "twice"),
        ('parent = "a"', 'parent = "z"', "no z before it"),
        ("minutes_ago = 4", "minutes_ago = 400", "older than what it answers"),
        ("minutes_ago = 4", 'minutes_ago = "4"', "minutes_ago can't be '4'"),
        ('name = "Ben"', 'name = "Ben"\nstate = "lost"', "state can't be 'lost'"),
        ('name = "Ben"', 'name = "Ben"\nbadge = "king"', "badge can't be 'king'"),
        ('name = "Ben"', 'name = "Ben"\nnotify_of = "thread"', "needs an email"),
        ('name = "Ben"', 'name = "Ben"\nstate = "spam"\nvotes = 1', "isn't approved"),
        ('name = "Ben"', "", "lacks 'name'"),
        ('name = "Ben"', "name = 3", "name can't be 3"),
        ('moderator = "desk@post.example"', "", "lacks 'moderator'"),
        ('title = "One"', 'title = "One', "isn't TOML"),
    ],
)
def test_a_mistake_is_named_in_one_line(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    path = written(tmp_path, GOOD.replace(old, new))
    with pytest.raises(BadContent, match=complaint) as refused:
        content.load(path)
    assert "\n" not in str(refused.value)
    assert "demo.toml" in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadContent, match=r"demo\.toml can't be read"):
        content.load(tmp_path / "demo.toml")


def test_the_front_page_of_the_shipped_demo_has_two_articles_and_a_few_dozen_comments() -> None:
    front = content.load().front
    assert [article.open for article in front] == ["click", "visible"]
    assert 36 <= sum(len(article.comments) for article in front) <= 72


def test_the_shipped_demo_has_an_article_in_arabic_that_is_discussed_in_it() -> None:
    article = content.load().article_in("ar")
    assert (article.lang, article.dir) == ("ar", "rtl")
    spoken = [comment.lang for comment in article.comments]
    assert spoken.count("ar") > len(spoken) / 2


def test_the_shipped_demo_nests_five_deep_and_more() -> None:
    assert all(max(depths(article).values()) >= 5 for article in content.load().front)


def test_the_shipped_demo_speaks_several_languages_one_from_right_to_left() -> None:
    spoken = {c.lang for article in content.load().articles for c in article.comments}
    assert {"en", "de", "fr", "es", "ja", "ar"} <= spoken


def test_the_shipped_demo_has_a_queue_of_six_to_eight() -> None:
    states = [c.state for article in content.load().articles for c in article.comments]
    assert 6 <= states.count("pending") <= 8


def test_the_shipped_demo_has_tombstones() -> None:
    for article in content.load().front:
        rejected = {c.id for c in article.comments if c.state == "rejected"}
        assert any(c.parent in rejected and c.state == "approved" for c in article.comments)


def test_a_held_comment_of_the_shipped_demo_is_its_visitors_first() -> None:
    """Newcomers are held; somebody already approved would not be."""
    comments = [c for article in content.load().articles for c in article.comments]
    trusted = {c.visitor for c in comments if c.state == "approved"}
    assert all(c.visitor not in trusted for c in comments if c.state == "pending" and c.visitor)


def test_the_shipped_demo_sets_only_settings_that_exist() -> None:
    assert set(content.load().settings) <= {field.name for field in fields(Settings)}
