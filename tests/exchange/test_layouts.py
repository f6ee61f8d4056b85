"""Where the list stands in the file, and what the other cells are: titles, groups of columns, totals, footnotes, other sheets."""

from io import BytesIO

import openpyxl
import pytest

from pmo.exchange import mappings
from pmo.exchange.files import open_file
from pmo.exchange.logic import summary
from pmo.exchange.logic.fields import Kind
from pmo.exchange.logic.report import reading_report
from pmo.exchange.logic.sheets import Choices, understand
from pmo.kernel.errors import Refused
from tests.exchange.reading import DATA, heard, needs_data, reading

LIST = "Project;Department;RAG;End date;Budget (kEUR)\n"
ROWS = "LUMEN;MA;Green;30/06/2026;200\nSAP;ICT;Red;31/07/2026;80\n"


def text(content, **choices):
    return reading(content.encode(), "list_2026-01-31.csv", choices=Choices(**choices))


def names(found):
    return [found.value(record, "name") for record in found.kept]


def roles(found):
    return [record.role.value for record in found.records]


def workbook(*sheets, hidden=()):
    """Sheets as (name, rows, merged ranges)."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows, merged in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for span in merged:
            sheet.merge_cells(span)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def in_workbook(content, **choices):
    return understand(open_file(content, "list.xlsx"), Kind.PORTFOLIO, mappings.shipped(), mappings.words(), Choices(**choices))


def test_titles_above_and_notes_below_are_no_projects():
    found = text(f"Portfolio of the unit\nState on 31 January 2026\n\n{LIST}{ROWS}\n* amounts without VAT\n\nSource: finance\n")

    assert (names(found), found.table.heading_row) == (["LUMEN", "SAP"], 4)
    assert roles(found) == ["record", "record", "note", "note"]


def test_totals_are_left_out_wherever_their_word_stands():
    found = text(f"{LIST}{ROWS}Total;;;;280\nSubtotal MA;;;;200\n;Totaal;;;280\nTotal Care programme;MA;Green;30/06/2026;5\n")

    assert roles(found) == ["record", "record", "subtotal", "subtotal", "subtotal", "record"]


def test_headings_repeated_on_every_page_are_left_out():
    assert roles(text(f"{LIST}{ROWS}{LIST}BI;ICT;Amber;30/09/2026;10\n")) == ["record", "record", "repeated heading", "record"]


def test_the_same_row_twice_is_one_project():
    assert roles(text(f"{LIST}{ROWS}{ROWS}")) == ["record", "record", "duplicate", "duplicate"]


def test_a_row_without_a_name_is_refused_cell_by_cell():
    found = text(f"{LIST}{ROWS};MA;Green;30/06/2026;12\n")

    assert [(one.letters, one.value, str(one.reason)) for one in summary.refusals([found])] == [
        ("B", "MA", "the row has neither a name nor an identifier"),
        ("C", "Green", "the row has neither a name nor an identifier"),
        ("D", "30/06/2026", "the row has neither a name nor an identifier"),
        ("E", "12", "the row has neither a name nor an identifier"),
    ]


def test_cells_beyond_the_headings_keep_a_column_of_their_own():
    found = text("Project;RAG\nLUMEN;Green;left over\n")

    assert found.table.headings == ("Project", "RAG", "Column C")
    assert found.kept[0].reads[2].text == "left over"


def test_headings_of_one_name_stay_apart():
    assert text("Project;Date;Date\nA;1/13/2026;x\n").table.headings == ("Project", "Date", "Date (2)")


def test_a_list_on_its_side_is_turned_and_still_says_where_a_cell_stood():
    found = text("Project;LUMEN;SAP\nDepartment;MA;ICT\nRAG status;Green;blauw\nEnd date;30/06/2026;31/07/2026\n")

    assert (names(found), found.table.grid.transposed) == (["LUMEN", "SAP"], True)
    [refused] = summary.refusals([found])
    assert (refused.letters, refused.row, refused.column) == ("C", 3, "RAG status")


def test_groups_of_columns_lend_their_name():
    found = text("Project;Baseline;;Forecast;\n;Start;End;Start;End\nLUMEN;01/02/2026;30/06/2026;01/02/2026;31/07/2026\n")

    assert found.table.headings == ("Project", "Baseline Start", "Baseline End", "Forecast Start", "Forecast End")


def test_merged_groups_lend_their_name_to_each_column():
    rows = [
        ["Project", "Baseline", None, "Forecast", None],
        [None, "Start", "End", "Start", "End"],
        ["LUMEN", 1, 2, 3, 4],
        ["SAP", 5, 6, 7, 8],
    ]

    [found] = in_workbook(workbook(("S", rows, ["A1:A2", "B1:C1", "D1:E1"]))).readings

    assert found.table.headings == ("Project", "Baseline Start", "Baseline End", "Forecast Start", "Forecast End")


def test_a_department_merged_beside_its_projects_holds_for_each():
    rows = [["Department", "Project", "Budget"], ["MA", "LUMEN", 1], [None, "AURORA", 2], ["ICT", "SAP", 3]]

    [found] = in_workbook(workbook(("S", rows, ["A2:A3"]))).readings

    assert [found.value(record, "programme") for record in found.kept] == ["MA", "MA", "ICT"]


def test_sheets_with_the_same_headings_are_one_list_and_others_are_named():
    head = ["Project", "RAG", "Budget"]
    found = in_workbook(
        workbook(
            ("MA", [head, ["LUMEN", "Green", 1]], []),
            ("ICT", [head, ["SAP", "Red", 2]], []),
            ("Notes", [["Bring to the meeting"]], []),
        )
    )

    assert [name for one in found.readings for name in names(one)] == ["LUMEN", "SAP"]
    assert [grid.sheet for grid in found.left_out] == ["Notes"]
    assert [(note["sheet"], note["value"], note["kind"]) for note in reading_report(found)["notes"]] == [
        ("Notes", "Bring to the meeting", "another sheet")
    ]


def test_a_hidden_sheet_is_not_brought_in_but_named():
    found = in_workbook(
        workbook(("S", [["Project", "RAG"], ["A", "G"]], []), ("Old", [["Project", "RAG"], ["B", "R"]], []), hidden=("Old",))
    )

    assert [name for one in found.readings for name in names(one)] == ["A"]
    assert [(grid.sheet, grid.hidden) for grid in found.left_out] == [("Old", True)]


def test_a_sheet_can_be_asked_for():
    content = workbook(("One", [["Project", "RAG"], ["A", "G"]], []), ("Two", [["Project", "RAG", "Budget"], ["B", "R", 1]], []))

    assert names(in_workbook(content, sheet="One").readings[0]) == ["A"]
    with pytest.raises(Refused, match=r"No sheet with anything in it \(Three\)"):
        in_workbook(content, sheet="Three")


@pytest.mark.parametrize(
    ("content", "encoding", "separator"),
    [
        ((LIST + ROWS).encode(), "utf-8", ";"),
        ((LIST + ROWS).encode("utf-8-sig"), "utf-8-sig", ";"),
        ((LIST + "Étude;MA;G;30/06/2026;1\n").encode("cp1252"), "cp1252", ";"),
        ((LIST + ROWS).encode("utf-16"), "utf-16", ";"),
        ((LIST + ROWS).encode("utf-16-le"), "utf-16-le", ";"),
        ((LIST + ROWS).replace(";", "\t").encode(), "utf-8", "tab"),
        ((LIST + ROWS).replace(";", "|").encode(), "utf-8", "|"),
        (b"sep=;\r\n" + (LIST + ROWS).replace("\n", "\r\n").encode(), "utf-8", ";"),
        ((LIST + ROWS).replace("\n", "\r").encode(), "utf-8", ";"),
        ((LIST + "É\u2019x;MA;G;30/06/2026;1\n").encode("cp1252") + b"Caf\x81\xe9;MA;G;30/06/2026;1\n", "latin-1", ";"),
    ],
)
def test_encoding_and_separator_are_found(content, encoding, separator):
    found = heard(content, "list_2026-01-31.csv")

    assert (found.source.encoding, found.source.separator) == (encoding, separator)
    assert len(found.readings[0].columns) == 5


@pytest.mark.parametrize(
    ("name", "above", "day"),
    [
        ("unit_2026-03-09.csv", "", "2026-03-09"),
        ("unit 09-03-2026.csv", "", "2026-03-09"),
        ("unit_20260309.csv", "", "2026-03-09"),
        ("Projects March 2026.csv", "", "2026-03-31"),
        ("projets_février_2024.csv", "", "2024-02-29"),
        ("list.csv", "Situation au 9 mars 2026\n", "2026-03-09"),
        ("list.csv", "", "None"),
    ],
)
def test_the_day_stands_in_the_name_or_above_the_list(name, above, day):
    assert str(heard((above + LIST + ROWS).encode(), name).position.on) == day


def test_the_newest_reporting_day_of_the_rows_is_the_day_of_the_list():
    found = heard(b"Project;RAG;Last updated\nA;G;25/02/2026\nB;R;28/02/2026\n", "x.csv")

    assert str(found.position.on) == "2026-02-28"


def test_a_list_of_several_years_is_refused():
    with pytest.raises(Refused, match=r"This list holds several years \(2018, 2019\)"):
        heard(
            b"project_name;department;colour_rating;wlc_baseline_incl_NCG;report_category;year\nA;X;Green;1;ICT;2018\nB;X;Red;2;ICT;2019\n",
            "gmpp.csv",
        )


def test_headings_in_dutch_and_french_are_understood():
    dutch = "Nr.;Projectnaam;Verantwoordelijke;Status;Einde;Einde (basis);Verbruikt (kEUR);Opmerkingen\n"
    found = text(f"{dutch}A-1;X;Els;O;03/07/2026;30/06/2026;12;ok\n")
    french = text(
        "N°;Intitulé du projet;Chef de projet;Météo;Date de fin;Budget approuvé (k€);Commentaires\nA-1;X;Els;V;03/07/2026;12;ok\n"
    )

    assert [column.field for column in found.columns] == [
        "code",
        "name",
        "manager",
        "rating",
        "end",
        "end_baseline",
        "spent",
        "attention",
    ]
    assert [column.field for column in french.columns] == ["code", "name", "manager", "rating", "end", "budget", "attention"]


def test_headings_nobody_knows_are_guessed_by_what_stands_below():
    rows = "".join(f"Vorhaben {n};{'GAR'[n % 3]};0{n + 1}/02/2026;2{n}/06/2026;{n}\n" for n in range(8))
    found = text(f"Aaa;Bbb;Ccc;Ddd;Eee\n{rows}")

    assert [(column.field, column.meaning.how.value) for column in found.columns] == [
        ("name", "contents"), ("rating", "contents"), ("start", "contents"), ("end", "contents"), ("", "not used"),
    ]  # fmt: skip


def test_what_a_person_says_about_a_column_holds():
    found = text(LIST + ROWS, columns={"Department": "organisation", "RAG": ""})

    assert [column.field for column in found.columns] == ["name", "organisation", "", "end", "budget"]


@needs_data
@pytest.mark.parametrize(
    ("file", "projects", "fields"),
    [
        ("worldbank/WB_projects_2012.xlsx", 500, {"external_id", "name", "description", "start", "end", "budget"}),
        ("us_hhs_portfolio/projects.csv", 202, {"external_id", "name"}),
        ("us_hhs_portfolio/investments.csv", 721, {"external_id", "name", "description"}),
        ("melbourne_water/capital_delivery_projects.csv", 445, {"external_id", "budget", "programme", "milestone"}),
    ],
)
def test_other_offices_are_read_without_a_mapping_and_without_loss(file, projects, fields):
    path = DATA / "portfolio" / file
    source = open_file(path.read_bytes(), path.name)
    found = understand(source, Kind.PORTFOLIO, mappings.shipped(), mappings.words(), Choices())
    [one] = found.readings

    assert (len(one.kept), one.mapping.name) == (projects, "")
    assert fields <= {column.field for column in one.columns}
    texts = [cell.text for row in one.table.grid.rows for cell in row if cell.text]
    kept = [read.text for record in one.records for read in record.reads if read.text]
    assert len(kept) == len(texts) - sum(
        1 for position in range(one.table.body[0]) for cell in one.table.grid.rows[position] if cell.text
    )


@needs_data
def test_american_dates_beside_iso_dates_are_told_apart_by_column():
    path = DATA / "portfolio" / "worldbank" / "WB_projects_2012.xlsx"
    [found] = understand(
        open_file(path.read_bytes(), path.name), Kind.PORTFOLIO, mappings.shipped(), mappings.words(), Choices()
    ).readings
    orders = {one.field: (one.order, one.known) for one in summary.days([found])}

    assert (orders["start"], orders["end"]) == (("year first", 468), ("month first", 396))  # two ends stand before their start


def columns(content):
    return [(column.heading, column.field, column.meaning.how.value) for column in text(content).columns]


def test_an_exact_heading_wins_over_a_text_among_its_cells():
    found = text("Code;Name;Budget\nA-1;Desk;see annex\n")

    assert [(column.heading, column.field) for column in found.columns][-1] == ("Budget", "budget")
    assert [(cell.text, str(reason)) for _, _, cell, reason in found.refusals()] == [("see annex", "not a number")]


def test_one_amount_among_texts_is_read_and_the_texts_are_refused():
    found = text("Code;Name;Budget\nA-1;Desk;see annex\nA-2;Shop;100\nA-3;Store;later, ask Jan\n")

    assert [cell.text for _, _, cell, _ in found.refusals()] == ["see annex", "later, ask Jan"]


@pytest.mark.parametrize(
    ("content", "used"),
    [
        ("Code;Name;Budget;Budget\nA-1;Desk;100;200\n", 2),
        ("Code;Name;Budget;Budget\nA-1;Desk;see annex;200\n", 3),
        ("Code;Name;Budget;Budget\nA-1;Desk;see annex;200\nA-2;Shop;100;300\n", 2),
    ],
)
def test_of_two_columns_with_one_heading_the_first_that_can_be_read_is_used(content, used):
    found = columns(content)

    assert [field for _, field, _ in found[2:]] == ["budget", ""] if used == 2 else ["", "budget"]
    assert found[5 - used][2] == "same heading as a used column"
