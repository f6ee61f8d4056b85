"""An update sheet in tests: made by the pages, opened and filled in with openpyxl as a person would with Excel."""

from io import BytesIO

import openpyxl

HEADINGS = {
    "Milestones": ["Project", "Code", "Milestone", "Baseline", "Commitment", "Forecast", "Reason", "Words", "Reached on"],
    "RAID": [
        "Project", "Code", "Title", "Likelihood", "Impact", "Response", "Due", "State", "Response in words", "How it ended",
        "Trigger", "Proximity", "Confidence",
    ],
}  # fmt: skip


def opened(content):
    return openpyxl.load_workbook(BytesIO(content))


def saved(book):
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def sheet_for(client, path="/update-sheets/me", **data):
    answer = client.post(path, data=data)
    assert answer.status_code == 200, answer.text[:2000]
    return opened(answer.data)


def row_of(sheet, code):
    """The row of a code, in the column after the project."""
    return next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 2).value == code)


def fill(sheet, code, **cells):
    """Type into the row of a code, by heading with underscores; returns the row."""
    row = row_of(sheet, code)
    headings = {cell.value: cell.column for cell in sheet[1]}
    for name, value in cells.items():
        sheet.cell(row, headings[name.replace("_", " ")]).value = value
    return row


def bring_back(client, book, name="sheet.xlsx"):
    content = book if isinstance(book, bytes) else saved(book)
    return client.post("/update-sheets", data={"file": (BytesIO(content), name)}, content_type="multipart/form-data")
