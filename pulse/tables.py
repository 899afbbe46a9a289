"""Imports every room's tables, for Alembic and the wall test. Imported by nobody else."""

import pulse.accounts.models
import pulse.companies.models
import pulse.credentials.models
import pulse.facts.models
import pulse.interventions.models
import pulse.invitations.models
import pulse.jobs.models
import pulse.notices.models
import pulse.people.models
import pulse.reports.models
import pulse.responses.models
import pulse.study.models
import pulse.tallies.models
import pulse.waves.models
from pulse.db import Base

metadata = Base.metadata
