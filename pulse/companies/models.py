"""Tables of the room `companies`."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Base


class Company(Base):
    __tablename__ = "companies"
    __table_args__ = (
        sa.CheckConstraint("minimum_cell_size >= 5", name="minimum_cell_size_floor"),
        sa.CheckConstraint("follow_ups BETWEEN 0 AND 2", name="follow_ups_at_most_two"),
        {"comment": "A company that surveys two of its groups."},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(12), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    time_zone: Mapped[str] = mapped_column(sa.String(64))
    default_language: Mapped[str] = mapped_column(sa.String(2))
    minimum_cell_size: Mapped[int]
    sender_name: Mapped[str] = mapped_column(sa.String(120))
    results_place: Mapped[str] = mapped_column(sa.String(120))
    opens_by_clock: Mapped[bool]
    # Whether ballots are taken ahead of the survey, in a visit of their own.
    separates_time: Mapped[bool]
    follow_ups: Mapped[int]
    is_simulated: Mapped[bool]
    created_at: Mapped[dt.datetime]


class Group(Base):
    __tablename__ = "groups"
    __table_args__ = (
        sa.CheckConstraint("code IN ('first', 'second')", name="code_known"),
        {"comment": "One of the two groups, with its names in both languages."},
    )

    company_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("companies.id"), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(6), primary_key=True)
    name_en: Mapped[str] = mapped_column(sa.String(40))
    name_es: Mapped[str] = mapped_column(sa.String(40))
    # Spanish contracts "de el" and "a el": both forms are stored, never glued.
    name_es_de: Mapped[str] = mapped_column(sa.String(45))
    name_es_a: Mapped[str] = mapped_column(sa.String(45))
    makes_requests: Mapped[bool]
    slip_head_count: Mapped[int]


class SeasonAnswer(Base):
    __tablename__ = "season_answers"
    __table_args__ = (
        sa.CheckConstraint("answer IN ('yes', 'no', 'unsure')", name="answer_known"),
        {
            "comment": "Does the company's work follow the seasons: every answer given, none changed."
        },
    )

    company_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("companies.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    answer: Mapped[str] = mapped_column(sa.String(6))
    answered_at: Mapped[dt.datetime]
