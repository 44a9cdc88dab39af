"""Access tokens in the database. The web only reads them; the command line makes and revokes them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kb.access.tokens import Token, read_scopes
from kb.store import tables as t
from kb.store.database import Database
from kb.store.runs import utc


def add_token(session: Session, token: Token) -> None:
    session.add(
        t.AccessToken(
            id=token.id,
            name=token.name,
            scopes=" ".join(token.scopes),
            digest=token.digest,
            created_at=token.created_at,
            expires_at=token.expires_at,
        )
    )


def find_token(session: Session, ident: str) -> Token | None:
    row = session.get(t.AccessToken, ident)
    return _token(row) if row is not None else None


def list_tokens(session: Session) -> tuple[Token, ...]:
    """Newest first."""
    rows = session.scalars(select(t.AccessToken).order_by(t.AccessToken.created_at.desc(), t.AccessToken.id))
    return tuple(_token(row) for row in rows)


def revoke_token(session: Session, ident: str, now: dt.datetime) -> bool:
    """Whether there was a token that was not revoked before. The row stays, so that its id is never given again."""
    revoked = session.execute(
        update(t.AccessToken)
        .where(t.AccessToken.id == ident, t.AccessToken.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(t.AccessToken.id)
    )
    return revoked.first() is not None


def _token(row: t.AccessToken) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        scopes=read_scopes(row.scopes.split()),
        created_at=utc(row.created_at),
        expires_at=utc(row.expires_at) if row.expires_at else None,
        revoked_at=utc(row.revoked_at) if row.revoked_at else None,
        digest=row.digest,
    )


class TokenStore:
    """The tokens of a knowledge base, a transaction a call."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, token: Token) -> None:
        with self._database.writing() as session:
            add_token(session, token)

    def find(self, ident: str) -> Token | None:
        with self._database.session() as session:
            return find_token(session, ident)

    def all(self) -> tuple[Token, ...]:
        with self._database.session() as session:
            return list_tokens(session)

    def revoke(self, ident: str, now: dt.datetime) -> bool:
        with self._database.writing() as session:
            return revoke_token(session, ident, now)
