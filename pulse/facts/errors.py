"""What can go wrong in the room `facts`."""

from pulse.errors import InvalidError, NotFoundError


class EventNotFoundError(NotFoundError):
    """No such event."""

    message = "We could not find that event in the log."


class UnknownEventKindError(InvalidError):
    """A kind that the table does not have."""

    message = "Choose what happened from the list."


class DayToComeError(InvalidError):
    """The log holds what happened, not what is planned."""

    message = "Enter a day that has come already."


class MonthToComeError(InvalidError):
    """Numbers of a month that has not begun are plans."""

    message = "Enter a month that has begun already."


class PartAboveOrdersError(InvalidError):
    """More rush orders, or orders on time, than orders."""

    message = "There cannot be more of these than orders (%(orders)s)."


class NotACountError(InvalidError):
    """Below zero or out of all proportion."""

    message = "Enter a whole number from 0 to 10,000,000, or leave the field empty."


class NothingEnteredError(InvalidError):
    """A month without any number."""

    message = "Enter at least one number."


class ActionIncompleteError(InvalidError):
    """One language alone would leave the other readers without it."""

    message = "Write both sentences in both languages: everybody reads them."


class FactsFileError(InvalidError):
    """The file as a whole cannot be read."""

    message = "This file cannot be read. Upload a CSV file with one month per line."


class FactsFileTooLargeError(FactsFileError):
    """More than fifty years of months."""

    message = "This file is too large. Upload at most 600 months and 200 kB."


class NoMonthColumnError(FactsFileError):
    """Without it no line has a place."""

    message = "The first line has to name the columns; one of them has to be: month."
