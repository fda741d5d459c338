"""Renders the news page and the mailbox: a path in, an answer out.

Every value is escaped by the templates; only a mail's own HTML is not, and that is sandboxed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from re import Match, Pattern
from re import compile as pattern
from urllib.parse import quote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from comments_service import clock
from comments_service.demo import letters
from comments_service.demo.content import LANG, Article, Content
from comments_service.demo.mailbox import Mailbox

HTML = "text/html; charset=utf-8"
PAGE_POLICY = (
    "default-src 'none'; script-src {service}; connect-src {service}; form-action {service}; "
    "style-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'self'; "
    "require-trusted-types-for 'script'"
)
"""As strict as a careful newspaper's, so that the demo shows that the widget runs under it."""
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@dataclass(frozen=True)
class Answer:
    body: str
    policy: str
    kind: str = HTML
    status: HTTPStatus = HTTPStatus.OK


@dataclass(frozen=True)
class Look:
    """A page of its own style around a thread; `css` is all it has."""

    name: str
    title: str
    css: str
    article: Article


LOOKS = (
    ("newspaper", "A newspaper with serifs", LANG),
    ("dark", "A dark blog", LANG),
    ("brand", "A brand's colours", LANG),
    ("sidebar", "A narrow column", LANG),
    ("rtl", "From right to left", "ar"),
)


class Newspaper:
    """`page_origin` is where its own pages are reached, `service_url` where the comments are."""

    def __init__(
        self, content: Content, mailbox: Mailbox, *, page_origin: str, service_url: str
    ) -> None:
        self.content = content
        self.mailbox = mailbox
        self.page_origin = page_origin
        self.service_url = service_url.rstrip("/")
        self.printed = clock.now()
        service = urlsplit(service_url)
        self.policy = PAGE_POLICY.format(service=f"{service.scheme}://{service.netloc}")
        self.templates = Environment(
            loader=PackageLoader("comments_service", "templates/demo"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.routes: tuple[tuple[Pattern[str], Callable[[Match[str]], Answer | None]], ...] = (
            (pattern("/"), self._news),
            (pattern("/articles/([a-z0-9-]+)"), self._article),
            (pattern("/page[.]css"), self._stylesheet),
            (pattern("/theming"), self._theming),
            (pattern("/theming/([a-z]+)"), self._look),
            (pattern("/theming/([a-z]+)[.]css"), self._look_stylesheet),
            (pattern("/mail/"), self._mails),
            (pattern("/mail/([1-9][0-9]{0,6})"), self._mail),
            (pattern("/mail/([1-9][0-9]{0,6})/html"), self._mail_html),
        )

    def answer(self, path: str) -> Answer:
        for route, page in self.routes:
            if found := route.fullmatch(path):
                return page(found) or self._missing()
        return self._missing()

    def permalink(self, article: Article) -> str:
        return self.page_origin + article.path

    def thread_page(self, article: Article) -> str:
        return f"{self.service_url}/thread?url={quote(self.permalink(article), safe='')}"

    def date(self, article: Article | None = None) -> str:
        """A day in words, of the article or of today's paper."""
        age = timedelta(minutes=article.minutes_ago if article else 0)
        day = self.printed - age
        return f"{day:%A}, {day.day} {day:%B %Y}"

    def _news(self, _found: Match[str]) -> Answer:
        return self._page("news.html", articles=self.content.front, title=None)

    def _article(self, found: Match[str]) -> Answer | None:
        for article in self.content.articles:
            if article.slug == found[1]:
                return self._page("news.html", articles=(article,), title=article.title)
        return None

    def _stylesheet(self, _found: Match[str]) -> Answer:
        source = self.templates.get_template("page.css").render()
        return Answer(source, "default-src 'none'", kind="text/css; charset=utf-8")

    def _theming(self, _found: Match[str]) -> Answer:
        return self._page("theming.html", looks=self._looks())

    def _look(self, found: Match[str]) -> Answer | None:
        for look in self._looks():
            if look.name == found[1]:
                return self._page("look.html", look=look, article=look.article)
        return None

    def _look_stylesheet(self, found: Match[str]) -> Answer | None:
        for look in self._looks():
            if look.name == found[1]:
                return Answer(look.css, "default-src 'none'", kind="text/css; charset=utf-8")
        return None

    def _looks(self) -> list[Look]:
        return [
            Look(
                name,
                title,
                self.templates.get_template(f"looks/{name}.css").render(),
                self.content.article_in(lang),
            )
            for name, title, lang in LOOKS
        ]

    def _mails(self, _found: Match[str]) -> Answer:
        numbered = list(enumerate(self.mailbox.messages, start=1))
        return self._page("mails.html", mails=[letters.read(*pair) for pair in numbered[::-1]])

    def _mail(self, found: Match[str]) -> Answer | None:
        letter = self._letter(found)
        count = len(self.mailbox.messages)
        return self._page("mail.html", mail=letter, count=count) if letter else None

    def _mail_html(self, found: Match[str]) -> Answer | None:
        letter = self._letter(found)
        return Answer(letter.html, MAIL_POLICY) if letter and letter.html else None

    def _letter(self, found: Match[str]) -> letters.Letter | None:
        number, kept = int(found[1]), self.mailbox.messages
        return letters.read(number, kept[number - 1]) if number <= len(kept) else None

    def _missing(self) -> Answer:
        return self._page("missing.html", HTTPStatus.NOT_FOUND)

    def _page(self, template: str, status: HTTPStatus = HTTPStatus.OK, **values: object) -> Answer:
        body = self.templates.get_template(template).render(paper=self, **values)
        return Answer(body, self.policy, status=status)
