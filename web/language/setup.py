"""Puts the two languages on the application: Flask-Babel, and what templates need."""

from __future__ import annotations

from flask import Flask
from flask_babel import Babel, get_domain

from index.particles import with_particles
from web.language import choice
from web.language.catalog import english_texts
from web.language.content import alone, in_korean, korean_attribute, named, plainly, shown, value_named
from web.language.told import told


def register(app: Flask) -> None:
    Babel(app, default_locale=choice.CODES[0], default_timezone="Asia/Seoul", locale_selector=choice.language)
    with app.app_context():
        domain = get_domain()
        domain.cache["en", domain.domain[0]] = english_texts()
    app.jinja_env.filters.update(ko=in_korean, alone=alone, named=named, plainly=plainly)
    app.jinja_env.filters.update(told=told, particles=with_particles)
    app.jinja_env.globals.update(
        language=choice.language,
        languages=choice.NAMES,
        in_language=choice.here,
        kolang=korean_attribute,
        value_named=value_named,
        value_shown=shown,
    )
    app.before_request(choice.check)
    app.after_request(choice.keep)
