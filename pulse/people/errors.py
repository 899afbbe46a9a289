"""What can go wrong in the room `people`."""

from pulse.errors import ConflictError, InvalidError, NotFoundError


class PersonNotFoundError(NotFoundError):
    """No such person."""

    message = "We could not find that person on the list."


class DraftNotFoundError(NotFoundError):
    """The uploaded file was imported, cancelled or replaced."""

    message = "This file was already imported or cancelled. Please upload it again."


class RosterChangedError(ConflictError):
    """The list is no longer what the preview showed."""

    message = "The list of people has changed since this preview. Please look at it once more."


class NothingToImportError(InvalidError):
    """No good line and nobody to deactivate."""

    message = "There is nothing to import. Please correct the file and upload it again."


class RosterFileError(InvalidError):
    """The file as a whole cannot be read."""

    message = "This file cannot be read. Upload a CSV or XLSX file."


class FileEmptyError(RosterFileError):
    """Nothing in it."""

    message = "This file is empty. Upload a CSV or XLSX file with one person per line."


class FileTooLargeError(RosterFileError):
    """More bytes than a roster needs."""

    message = "This file is too large. The limit is 5 MB."


class TooManyLinesError(RosterFileError):
    """More lines than Pulse takes."""

    message = "This file has more than %(limit)s lines. Split it and import the parts one by one."


class OldSpreadsheetError(RosterFileError):
    """An .xls or another file that is not .xlsx."""

    message = (
        "This is not an .xlsx or CSV file. "
        "Save it as “Excel workbook (.xlsx)”, without a password, or as CSV."
    )


class SpreadsheetUnreadableError(RosterFileError):
    """The workbook is damaged, protected or no workbook."""

    message = (
        "This workbook cannot be opened. Remove its password if it has one, save it again as "
        ".xlsx, or save it as CSV."
    )


class SheetTooWideError(RosterFileError):
    """A stray cell far away makes the sheet huge."""

    message = (
        "This sheet has content far outside the list (around %(cell)s). "
        "Copy the list into a new sheet and save it again."
    )


class TextUnreadableError(RosterFileError):
    """Neither UTF-8 nor the Western code page."""

    message = "The letters of this file cannot be read. Save it as “CSV UTF-8” or as .xlsx."


class QuotesUnreadableError(RosterFileError):
    """A quotation mark is opened and never closed."""

    message = "From line %(line)s on the file cannot be read. Check the quotation marks there."


class ColumnMissingError(RosterFileError):
    """The first line does not name what is needed."""

    message = (
        "The first line must name the columns. “%(column)s” is missing. "
        "Needed are id and group; language, e-mail and name may be there."
    )


class ColumnTwiceError(RosterFileError):
    """Two columns for the same thing."""

    message = "Two columns mean “%(column)s”: “%(first)s” and “%(second)s”. Remove one of them."
