"""The desks that answer, all of them, as a file: CSV, XLSX, JSON Lines, vCard."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, request

from kb.views.directory import Desk
from web import address, export
from web.directory import params as state
from web.directory.vcard import cards
from web.language import gettext, plain_told
from web.language.catalog import noop as n_

HEAD = (n_("번호"), n_("부서"), n_("기관"), n_("처음 확인"), n_("마지막 확인"), n_("글"), n_("마지막 글"), n_("주소"))
WIDTHS = (16, 32, 24, 12, 12, 8, 26, 56)


def as_file(form: str) -> Response:
    asked = state.read(request.args)
    found, root = state.everything(asked), address.root()
    listing = export.Listing(
        title(asked),
        "contacts",
        HEAD,
        WIDTHS,
        found.desks,
        partial(row, root=root),
        Desk.to_json,
        plain_told(" ".join(found.notes)),
    )
    return export.answer(listing, form)


def as_cards() -> Response:
    asked = state.read(request.args)
    body = cards(state.everything(asked).desks, address.root())
    name = f"{export.file_name(title(asked))}.vcf"
    return export.download(body, "text/vcard; charset=utf-8", name, "contacts.vcf")


def title(asked: state.Asked) -> str:
    return " ".join(part for part in (gettext("연락처"), asked.agency, asked.q) if part)


def row(desk: Desk, root: str) -> export.Row:
    return (
        desk.number,
        desk.department,
        desk.agency,
        desk.first,
        desk.last,
        desk.posts,
        desk.post,
        root + desk.contact.url,
    )


def register(blueprint: Blueprint) -> None:
    for form in export.FORMS:
        blueprint.add_url_rule(f"{state.PATH}.{form}", form, partial(as_file, form))
    blueprint.add_url_rule(f"{state.PATH}.vcf", "vcf", as_cards)
