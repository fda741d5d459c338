"""Pages for people: behind the links of mails, and a thread to read without script.

Each link page acts only by its button, and answers errors in words.
"""

from flask import Blueprint

from comments_service.web.pages import front, refusals, status, subscriptions, threads

blueprint = Blueprint("pages", __name__)

for noun in (front, status, subscriptions, threads):
    blueprint.register_blueprint(noun.blueprint)
refusals.init_blueprint(blueprint)
