"""The author's side of the demo: his plan, the companies' plans, their evidence, each on its day."""

import datetime as dt
import json
import uuid

from sqlalchemy.orm import Session

from pulse.cli.demo.agenda import Agenda, at
from pulse.cli.demo.companies import Sender, adoption_day, senders
from pulse.cli.demo.story import MONTHS_BEFORE, Story
from pulse.study import service
from pulse.study.plans import COMPANY, STUDY, NewPlan, answer_day

MONTHS_AFTER = 6
FIRST_OF_ALL = dt.timedelta(days=14)
"""How long before the first company's plan, or its own surveys, a plan is made."""


class Study:
    """Puts the study's days on the agenda."""

    def __init__(self, story: Story, *, last_month_before: dt.date, first_survey: dt.date) -> None:
        self.starts_on = adoption_day(last_month_before)
        self.senders = senders(story, self.starts_on, MONTHS_AFTER)
        self.own_plan_on = first_survey - FIRST_OF_ALL
        first_plan = min([self.own_plan_on, *(one.plan.made_on for one in self.senders)])
        self.planned_on = first_plan - FIRST_OF_ALL

    def put_on(self, agenda: Agenda, company_id: uuid.UUID) -> None:
        """Plan the study, then the companies elsewhere; take in their evidence when it is due."""
        new = NewPlan(starts_on=self.starts_on, months_after=MONTHS_AFTER)
        agenda.put(
            at(self.planned_on),
            lambda session, now: service.make_plan(session, company_id, new, scope=STUDY, now=now),
        )
        for sender in self.senders:
            self._put_sender(agenda, company_id, sender)

    def put_own_on(self, agenda: Agenda, company_id: uuid.UUID, base_url: str) -> None:
        """Plan for the demo's own company, and give its evidence by a link when it is due.

        Parameters
        ----------
        base_url
            Address of this installation, with which the link begins.
        """

        def plan_own(session: Session, now: dt.datetime) -> None:
            new = NewPlan(
                starts_on=self.starts_on, months_before=MONTHS_BEFORE, months_after=MONTHS_AFTER
            )
            plan = service.make_plan(session, company_id, new, scope=COMPANY, now=now)
            service.enrol(session, company_id, service.plan_file(plan).encode("ascii"), now=now)

        def give_own(session: Session, now: dt.datetime) -> None:
            text = service.give_evidence(
                session,
                company_id,
                is_agreed=True,
                with_name=True,
                is_stopped=False,
                is_shared=True,
                now=now,
            )
            given = json.loads(text)["content_hash"]
            link = f"{base_url}/manage/study/evidence/{given}.json"
            service.import_link(session, company_id, link, base_url=base_url, now=now)

        agenda.put(at(self.own_plan_on), plan_own)
        agenda.put(at(answer_day(self.starts_on, MONTHS_AFTER), hour=0), give_own)

    def _put_sender(self, agenda: Agenda, company_id: uuid.UUID, sender: Sender) -> None:
        def enrol(session: Session, now: dt.datetime) -> None:
            file = service.plan_file(sender.plan).encode("ascii")
            service.enrol(session, company_id, file, now=now)

        def take_in(session: Session, now: dt.datetime) -> None:
            file = sender.evidence().encode("ascii")
            service.import_evidence(session, company_id, file, now=now)

        number = sender.company.number  # One after the other, so that each has the same label anew.
        if sender.company.is_announced:
            agenda.put(at(sender.plan.made_on) + dt.timedelta(minutes=number), enrol)
        if sender.company.sends_evidence:
            moment = at(sender.plan.answer_on, hour=0) + dt.timedelta(minutes=number)
            agenda.put(moment, take_in)
