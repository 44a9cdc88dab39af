"""The declarative base, the naming of constraints, and the column types every table uses."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import sqlalchemy as sa
from sqlalchemy import JSON, BigInteger, DateTime, Integer, MetaData, func
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite counts up by itself only in a column of exactly INTEGER
BigKey = BigInteger().with_variant(Integer(), "sqlite")

# by code point, as SQLite does it, whatever the language of the database: order and comparison agree everywhere
Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

Key = Annotated[int, mapped_column(BigKey, primary_key=True, autoincrement=True)]
Now = Annotated[dt.datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]
Names = Annotated[list[str], mapped_column(JSON)]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
