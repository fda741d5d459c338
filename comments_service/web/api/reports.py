"""Telling the moderators of a comment: the same answer whoever did it and however often."""

from comments_service import settings
from comments_service.operations import reports
from comments_service.queries import comments, sites
from comments_service.schemas.reports import NewReport, NewReportSchema, ReportedSchema
from comments_service.web import cors, ratelimits, visitor
from comments_service.web.api import caching
from comments_service.web.api.documented import VISITOR_OR_NONE, Blueprint
from comments_service.web.api.threads import number

blueprint = Blueprint("reports", __name__)
cors.of_site(blueprint, "report")


@blueprint.post("/comments/<comment_id>/reports")
@caching.private
@blueprint.admits(VISITOR_OR_NONE)
@blueprint.takes(NewReportSchema)
@blueprint.gives(ReportedSchema, 202)
@blueprint.refuses(403, 404, 429)
def report(wanted: NewReport, comment_id: str) -> dict[str, str]:
    """Report a comment to the moderators

    The answer is the same for a report that was made before.
    """
    asked = number(comment_id)
    site = sites.by_id(comments.site_of_shown(asked))
    visitor.check_origin(site)
    ratelimits.count("report", lambda chosen: chosen.report_limit, site_id=site.id)
    asker = visitor.rationed(visitor.asker(site), site)
    reports.report(asked, wanted.reason, wanted.text, site=site, asker=asker)
    body = {"detail": "Thank you. A moderator takes a look."}
    if asker.issued is not None:
        body["visitor"] = settings.current().keyring.visitor_token(site.id, asker.issued)
    return body
