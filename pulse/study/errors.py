"""What can go wrong in the room `study`."""

from pulse.errors import ConflictError, InvalidError, NotFoundError


class PlanExistsError(ConflictError):
    """A plan is made once."""

    message = "There is a plan already, of %(date)s. A plan is never changed."


class PlanTooLateError(ConflictError):
    """The rules have started: whoever plans now may have seen the answer."""

    message = (
        "The rules started on %(date)s. A plan that is made after the start proves nothing, so it"
        " is refused; your own report works without one."
    )


class StartPassedError(InvalidError):
    """The planned start lies in the past."""

    message = "Enter a day from today on: a plan is made before the rules start."


class PlanMissingError(ConflictError):
    """No plan, no evidence."""

    message = "There is no plan. It has to be made before the rules start."


class PlanTextError(InvalidError):
    """Not a plan, or an altered one."""

    message = "This is not a plan as Pulse wrote it: its text and its hash do not fit each other."


class PlanAlteredError(ConflictError):
    """The stored plan is not what was hashed."""

    message = (
        "The stored plan is not the one that was frozen. Nothing is shown until this is solved."
    )


class NotDueError(ConflictError):
    """Before the planned month nothing leaves."""

    message = (
        "The plan says that the answer is due on %(date)s. Before that day no estimate is given."
    )


class NoReportError(ConflictError):
    """There is nothing to give."""

    message = "No report has been released for month %(month)s after the start or a later one."


class NotStartedError(ConflictError):
    """The rules have not started by the books."""

    message = "Enter the day on which the rules started first (page of the rules)."


class ConsentMissingError(InvalidError):
    """Nothing leaves without a yes."""

    message = "Tick the box to agree: without it nothing leaves your installation."


class NotEvidenceError(InvalidError):
    """Not a file of ours."""

    message = "This is not an evidence file of Pulse."


class EvidenceAlteredError(InvalidError):
    """Any byte is different."""

    message = (
        "This evidence file was altered after it was written: its content and its hash do not fit"
        " each other. Ask the company to export it again."
    )


class EvidencePlanError(InvalidError):
    """The plan inside is not a plan made beforehand."""

    message = "The plan in this file is not one that was frozen before the rules started."


class EvidenceSchemaError(InvalidError):
    """Another version, or numbers out of range."""

    message = "This evidence file is of a kind that this version does not read (%(what)s)."


class OtherPlanError(ConflictError):
    """The company measured something else."""

    message = (
        "This company's plan does not fit the study's plan: %(what)s differs. Pooling both would be"
        " a decision made after the fact."
    )


class DuplicateEvidenceError(ConflictError):
    """Once is enough."""

    message = "This evidence is in the study already, as %(label)s."


class SecondEvidenceError(ConflictError):
    """One company, one file."""

    message = (
        "The study already has another evidence file for this plan, as %(label)s. The first one"
        " counts."
    )


class EnrolledError(ConflictError):
    """Known already."""

    message = "This company's plan is in the study already, as %(label)s."


class ForeignLinkError(InvalidError):
    """Another installation: this one fetches nothing on its own."""

    message = (
        "That link leads to another installation. Open it in your browser, save the file and upload"
        " it here."
    )


class EvidenceNotFoundError(NotFoundError):
    """No such file, or it is no longer shared."""

    message = "There is no evidence file at this address."
