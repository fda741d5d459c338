"""Whether the process lives, and whether it can serve."""

from flask import Blueprint, Response, jsonify

from comments_service.queries import health

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
def live() -> Response:
    return jsonify(status="ok")


@blueprint.get("/ready")
def ready() -> Response:
    """200 once the database answers and has our tables; else a 503 problem."""
    health.check()
    return jsonify(status="ok")
