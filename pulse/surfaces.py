"""TABLE: which blueprints make up which audience's surface. One glance shows every address."""

from flask import Blueprint

import pulse.accounts.views_manage
import pulse.companies.views_manage
import pulse.credentials.views_manage
import pulse.facts.views_manage
import pulse.fieldwork.views_respond
import pulse.interventions.views_manage
import pulse.invitations.views_manage
import pulse.invitations.views_respond
import pulse.notices.views_respond
import pulse.people.views_manage
import pulse.promises.views_respond
import pulse.reports.views_manage
import pulse.reports.views_respond
import pulse.responses.views_respond
import pulse.study.views_author
import pulse.study.views_manage
import pulse.waves.views_manage

SURFACES: dict[str, tuple[Blueprint, ...]] = {
    "respond": (
        pulse.responses.views_respond.blueprint,  # /s, /s/<slug>, /submit
        pulse.invitations.views_respond.blueprint,  # /issue
        pulse.fieldwork.views_respond.blueprint,  # /s/<slug>/form/<group>
        pulse.notices.views_respond.blueprint,  # /notice/<wave>.json, /notices/<slug>.json
        pulse.reports.views_respond.blueprint,  # /s/<slug>/next
        pulse.promises.views_respond.blueprint,  # /anonymity, /s/<slug>/anonymity
    ),
    "manage": (
        pulse.reports.views_manage.blueprint,  # /manage/, /manage/reports
        pulse.waves.views_manage.blueprint,  # /manage/waves
        pulse.people.views_manage.blueprint,  # /manage/people
        pulse.invitations.views_manage.blueprint,  # /manage/invitations
        pulse.interventions.views_manage.blueprint,  # /manage/rules
        pulse.facts.views_manage.blueprint,  # /manage/facts
        pulse.companies.views_manage.blueprint,  # /manage/settings
        pulse.credentials.views_manage.blueprint,  # /manage/keys
        pulse.accounts.views_manage.blueprint,  # /manage/login, /manage/setup
        pulse.study.views_manage.blueprint,  # /manage/study
    ),
    "author": (pulse.study.views_author.blueprint,),  # /manage/answer
}
ALL = tuple(SURFACES)
