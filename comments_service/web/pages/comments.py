"""Writing a comment or a reply by a plain form. What is refused comes back in it, with why."""

import json
from dataclasses import replace
from functools import partial
from typing import Any, cast

from flask import Blueprint, Response, redirect, render_template, request
from marshmallow import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from comments_service.domain.errors import Invalid
from comments_service.domain.people import Asker
from comments_service.operations import comments, idempotency
from comments_service.operations.answers import Posted
from comments_service.operations.idempotency import Request
from comments_service.queries import sites
from comments_service.queries.sites import SiteRow
from comments_service.schemas.comments import NewComment, NewCommentSchema
from comments_service.web import csrf, posting, problems, visitor
from comments_service.web.pages import forms, places, refusals
from comments_service.web.pages.forms import Form
from comments_service.web.pages.places import Above, Place

blueprint = Blueprint("comments", __name__)

FIELDS = ("body", "name", "email", "notify_of")
NOT_SENT = "Not sent. Your text is safe here."
ALONE = "You can post it as a comment of its own."
_new_comment = NewCommentSchema()


@blueprint.post("/thread")
def post() -> AnyResponse:
    """See Other to where the comment stands or waits, so that a reload doesn't send it again."""
    csrf.check(silent_acts=True)
    place = places.asked()
    try:
        site, _page = sites.of_page(place.page.url)
        return redirect(_after(_post(place, site), place, site), 303)
    except forms.REFUSALS as error:
        return _refused(error, place)


def ask(place: Place, form: Form, above: Above) -> str:
    """A page with this form alone, below the comment that is answered, if one is."""
    return render_template("pages/write.html", place=place, form=form, above=above)


def _post(place: Place, site: SiteRow) -> Posted:
    values = _values(place)
    new, asker = _loaded(values, place, site), visitor.asker(site)
    return posting.post(
        new,
        site=site,
        page=place.page,
        asker=asker,
        wanted=_wanted(values, asker, site),
        enter=partial(_enter, asker, site),
    )


def _values(place: Place) -> dict[str, Any]:
    """The form's fields where the schema of a comment has them; an empty choice is none."""
    typed = request.form
    return {
        "url": place.page.url,
        "parent_id": typed.get("parent_id") or None,
        "author": {name: typed.get(name, "") for name in ("name", "email")},
        "body": typed.get("body", ""),
        "notify_of": typed.get("notify_of") or None,
        "form": forms.facts(),
    }


def _loaded(values: dict[str, Any], place: Place, site: SiteRow) -> NewComment:
    """Invalid with every fault at once: who mends one isn't sent back for the next."""
    try:
        return cast("NewComment", _new_comment.load(values))
    except ValidationError as error:
        found = [*problems.from_validation(error).errors]
        found += comments.faults(name=values["author"]["name"], body=values["body"], site=site)
        if values["parent_id"] and places.find(values["parent_id"], place, site) is None:
            found.append(comments.GONE)
        raise Invalid(*found) from error


def _wanted(values: dict[str, Any], asker: Asker, site: SiteRow) -> Request | None:
    """The same form with the same text is one comment; who goes back and writes another one into
    it wants another comment.
    """
    key = forms.key()
    if key is None:
        return None
    typed = json.dumps({**values, "form": None}, sort_keys=True)
    return idempotency.request(
        f"{key} {typed}", site_id=site.id, visitor=asker.visitor, body=values
    )


def _enter(asker: Asker, site: SiteRow) -> Asker:
    """No visitor id is issued: without a script and a cookie nobody could keep it."""
    posting.count(site)
    return asker


def _after(posted: Posted, place: Place, site: SiteRow) -> str:
    """The comment itself; what waits is shown only to who has the token of its status page."""
    found = None if posted.held else places.find(str(posted.comment.id), place, site)
    if found is not None:
        return places.address_of(found, place)
    return place.address(posted=posting.status_token(posted, site), _anchor="posted")


def _refused(error: forms.Refusal, place: Place) -> Response:
    form = forms.refused(error, FIELDS, lost=NOT_SENT, again="post")
    parent_id = form.typed.get("parent_id")
    above = places.above(place, parent_id)
    if parent_id and above.thread and above.answered is None:
        form = replace(form, alert=f"{form.alert} {ALONE}")
    return refusals.answer(error, ask(place, form, above))
