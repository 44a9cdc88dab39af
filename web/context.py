"""What a request may reach: the service and the settings, put on the application once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from kb.service import Service
from kb.settings import Settings

KEY = "kb"


@dataclass(frozen=True, slots=True)
class Context:
    settings: Settings
    service: Service


def attach(app: Flask, settings: Settings, service: Service) -> None:
    app.extensions[KEY] = Context(settings, service)


def service() -> Service:
    return cast(Context, current_app.extensions[KEY]).service


def settings() -> Settings:
    return cast(Context, current_app.extensions[KEY]).settings
