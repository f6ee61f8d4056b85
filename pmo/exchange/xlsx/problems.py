"""Why a workbook cannot be read, as codes that cross the border between the two processes."""

from enum import StrEnum

from pmo.kernel.languages import Message, msg


class Problem(StrEnum):
    DAMAGED = "damaged"
    NO_WORKBOOK = "no workbook"
    WORD = "word"
    SLIDES = "slides"
    ARCHIVE = "archive"
    OPEN_DOCUMENT = "open document"
    MACHINERY = "machinery"  # entities, document types
    TOO_LARGE = "too large"
    NO_SHEETS = "no sheets"
    LIMITS = "limits"


class Unreadable(Exception):
    """Raised while reading; carries the code and the part of the file concerned."""

    def __init__(self, problem: Problem, part: str = "") -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.part = part


SENTENCES: dict[Problem, Message] = {
    Problem.DAMAGED: msg(
        "The workbook is damaged and cannot be opened. Open it in Excel, save it again as .xlsx, and try again."
    ),
    Problem.NO_WORKBOOK: msg(
        "The file is named like a workbook but holds none. Open it in the program it comes from and save it as .xlsx."
    ),
    Problem.WORD: msg("This is a Word document, not a workbook. Copy its table into Excel and save it as .xlsx."),
    Problem.SLIDES: msg("This is a presentation, not a workbook. Copy its table into Excel and save it as .xlsx."),
    Problem.ARCHIVE: msg("This is a ZIP archive. Unpack it and bring in the files one by one."),
    Problem.OPEN_DOCUMENT: msg("This is an OpenDocument file. Open it in LibreOffice or Excel and save it as .xlsx."),
    Problem.MACHINERY: msg(
        "The workbook holds XML declarations that can do harm, so it was not read. Save it again with Excel as .xlsx."
    ),
    Problem.TOO_LARGE: msg(
        "The workbook holds more than can be read at once. Keep only the list itself, or split it, and try again."
    ),
    Problem.NO_SHEETS: msg("The workbook holds no sheet with cells. Put the list on a worksheet and save it as .xlsx."),
    Problem.LIMITS: msg(
        "The workbook took too much time or memory and was given up. Copy the list into a new workbook and save that."
    ),
}
