"""From bytes to lines."""

import io
import random
import zipfile

import pytest

from pulse.people import errors
from pulse.people.roster_columns import column_of
from pulse.people.roster_file import (
    NOTE_IGNORED,
    NOTE_NO_EMAIL,
    NOTE_NO_LANGUAGE,
    NOTE_OLD_LETTERS,
    RosterTable,
    read_roster,
)
from pulse.people.roster_sheet import cell_text
from tests.people.roster_makers import workbook

PLAIN = "id,group,language,e-mail,name\n1001,Sales,en,ana@example.com,Ana Ñandú\n1002,Ventas,es,,\n"


def cells(table: RosterTable) -> list[tuple[int, str, str, str, str, str]]:
    return [
        (line.number, line.roster_id, line.group, line.language, line.email, line.name)
        for line in table.lines
    ]


EXPECTED = [
    (2, "1001", "Sales", "en", "ana@example.com", "Ana Ñandú"),
    (3, "1002", "Ventas", "es", "", ""),
]


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.replace("id,", '"id",').encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace("Ana Ñandú", '"Ana Ñandú"').encode(),
        PLAIN.replace("id,group", " ID ,GRUPO").replace("e-mail", "E_Mail").encode(),
        workbook(
            [
                ["id", "group", "language", "e-mail", "name"],
                [1001, "Sales", "en", "ana@example.com", "Ana Ñandú"],
                ["1002", "Ventas", "es"],
            ]
        ),
    ],
    ids=[
        "utf8",
        "bom",
        "bom quoted",
        "utf16",
        "semicolon",
        "tab",
        "crlf",
        "cr",
        "quoted",
        "headings",
        "xlsx",
    ],
)
def test_the_same_list_in_every_dress(content: bytes) -> None:
    table = read_roster(content)
    assert cells(table) == EXPECTED
    assert table.notes == ()


def test_windows_letters_are_read_and_said_aloud() -> None:
    table = read_roster(PLAIN.encode("cp1252"))
    assert cells(table) == EXPECTED
    assert table.notes == ((NOTE_OLD_LETTERS, {}),)


def test_spanish_headings_in_any_order_and_foreign_columns() -> None:
    text = (
        "Nombre;Teléfono;Correo electrónico;Idioma;Grupo;Número\nAna;555;a@b.es;Español;Ventas;7\n"
    )
    table = read_roster(text.encode())
    assert cells(table) == [(2, "7", "Ventas", "Español", "a@b.es", "Ana")]
    assert table.notes == ((NOTE_IGNORED, {"columns": "Teléfono"}),)


def test_line_numbers_stay_true_over_empty_lines_and_excels_mark() -> None:
    text = "sep=;\n\nid;group\n1;Sales\n\n;;\n2;Sales\n"
    assert [line.number for line in read_roster(text.encode("utf-8-sig")).lines] == [4, 7]
    rows = [["id", "group"], [1, "Sales"], [], [2, "Sales"]]
    assert [line.number for line in read_roster(workbook(rows, first_row=3)).lines] == [5, 7]


def test_a_record_over_several_lines_says_where_it_ends() -> None:
    text = 'id,group\n1,Sales\n2,"Sales\n3,Sales\n4,Sales\n'
    lines = read_roster(text.encode()).lines
    assert [(line.number, line.last_number) for line in lines] == [(2, 2), (3, 5)]


def test_lines_after_such_a_record_keep_their_numbers() -> None:
    lines = read_roster(b'id,group\n1,"Sa\nles"\n2,Sales\n').lines
    assert [(line.number, line.last_number) for line in lines] == [(2, 3), (4, 4)]


def test_columns_that_are_not_there_are_said_aloud() -> None:
    table = read_roster(b"id,group\n1,Sales\n")
    assert table.notes == ((NOTE_NO_LANGUAGE, {}), (NOTE_NO_EMAIL, {}))
    assert table.has_columns == ("id", "group")


def test_cells_of_a_workbook_read_as_written() -> None:
    assert [cell_text(value) for value in (1001.0, 12.5, "007", True, 10**15 + 0.0)] == [
        "1001",
        "12.5",
        "007",
        "true",
        "1000000000000000",
    ]


@pytest.mark.parametrize("heading", ["Grupo", "GROUP", " group ", "Gr\u00fapo"])
def test_headings_are_forgiven(heading: str) -> None:
    assert column_of(heading) == "group"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", errors.FileEmptyError),
        (b" \n \n", errors.FileEmptyError),
        (b"id,group\n", errors.FileEmptyError),
        (b"id,group\n,\n", errors.FileEmptyError),
        (b"x" * (5 * 1024 * 1024 + 1), errors.FileTooLargeError),
        (b"\xd0\xcf\x11\xe0 an old workbook", errors.OldSpreadsheetError),
        (b"PK\x03\x04 damaged", errors.SpreadsheetUnreadableError),
        (b"id,group\n1,\x81\x8d\n", errors.TextUnreadableError),
        (b"id,group\n1,a\0b\n", errors.TextUnreadableError),
        (b"1001,Sales\n1002,Sales\n", errors.ColumnMissingError),
        (b"id,language\n1,en\n", errors.ColumnMissingError),
        (b"id,group,Grupo\n1,Sales,Sales\n", errors.ColumnTwiceError),
        (b'id,group\n1,"' + b"x" * 200_000, errors.QuotesUnreadableError),
        (b"id,group\n" + b"1,a\n" * 20_001, errors.TooManyLinesError),
        (workbook([]), errors.FileEmptyError),
    ],
)
def test_files_that_cannot_be_used(content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error) as refusal:
        read_roster(content)
    assert "%(" not in str(refusal.value)


def test_a_zip_that_is_no_workbook() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("letter.txt", "hello")
    with pytest.raises(errors.OldSpreadsheetError):
        read_roster(content.getvalue())


def test_a_stray_cell_far_away_does_not_fill_the_memory() -> None:
    rows = [["id", "group"], [1, "Sales"]]
    far = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(rows))) as old, zipfile.ZipFile(far, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                content = content.replace(b"</sheetData>", cell)
            new.writestr(entry, content)
    with pytest.raises(errors.SheetTooWideError) as refusal:
        read_roster(far.getvalue())
    assert "XFD1048576" in str(refusal.value)


def test_a_small_file_that_unpacks_to_much_is_refused() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (65 * 1024 * 1024))
    with pytest.raises(errors.SpreadsheetUnreadableError):
        read_roster(bomb.getvalue())


def test_damaged_workbooks_never_crash() -> None:
    chance = random.Random(11)
    good = workbook([["id", "group"], *([number, "Sales"] for number in range(30))])
    outcomes = set()
    for _ in range(300):
        bad = bytearray(good)
        for _ in range(chance.randint(1, 20)):
            bad[chance.randrange(4, len(bad))] = chance.randrange(256)
        try:
            read_roster(bytes(bad))
        except errors.RosterFileError as error:
            outcomes.add(type(error))
    assert errors.SpreadsheetUnreadableError in outcomes
