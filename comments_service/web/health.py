"""Whether the process lives, and whether it can serve."""

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from comments_service.queries import health
from comments_service.web import problems

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
def live() -> Response:
    return jsonify(status="ok")


@blueprint.get("/ready")
def ready() -> Response:
    """200 once the database answers and has our tables; else a 503 problem."""
    try:
        health.check()
    except SQLAlchemyError as error:
        return problems.busy(error)
    return jsonify(status="ok")
