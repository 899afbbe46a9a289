"""Tables of the room `study`. Plans and evidence are written once; triggers refuse any change."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Base


class FrozenPlan(Base):
    __tablename__ = "study_plans"
    __table_args__ = (
        sa.UniqueConstraint("company_id", "scope"),
        sa.CheckConstraint("scope IN ('company', 'study')", name="scope_known"),
        {"comment": "A plan made before the rules started, in canonical form. Immutable."},
    )

    hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    company_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("companies.id"))
    scope: Mapped[str] = mapped_column(sa.String(7))
    text: Mapped[str] = mapped_column(sa.Text)
    made_at: Mapped[dt.datetime]


class Export(Base):
    __tablename__ = "study_exports"
    __table_args__ = ({"comment": "Evidence that a company agreed to give; link open or not."},)

    company_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("companies.id"), primary_key=True)
    content_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    text: Mapped[str] = mapped_column(sa.Text)
    is_shared: Mapped[bool]
    agreed_at: Mapped[dt.datetime]


class Enrolment(Base):
    __tablename__ = "study_companies"
    __table_args__ = ({"comment": "A company whose plan the author's study knows."},)

    company_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("companies.id"), primary_key=True)
    plan_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    label: Mapped[str] = mapped_column(sa.String(20))
    text: Mapped[str] = mapped_column(sa.Text)
    is_announced: Mapped[bool]  # its plan came before its result
    enrolled_at: Mapped[dt.datetime]


class Evidence(Base):
    __tablename__ = "study_evidence"
    __table_args__ = ({"comment": "An evidence file as it was imported. Immutable."},)

    company_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("companies.id"), primary_key=True)
    plan_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    text: Mapped[str] = mapped_column(sa.Text)
    imported_at: Mapped[dt.datetime]


class Result(Base):
    __tablename__ = "study_results"
    __table_args__ = (
        {"comment": "What the author's page says, made on or after the planned day. Immutable."},
    )

    company_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("companies.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    inputs_hash: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[dict[str, Any]]
    pictures: Mapped[dict[str, Any]]
    made_at: Mapped[dt.datetime]
