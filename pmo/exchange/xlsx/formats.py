"""Number formats of Excel, as far as reading needs them: which are dates, what day a number is (ECMA-376-1, 18.8.30, 18.17.4)."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

BUILTIN = {
    9: "0%",
    10: "0.00%",
    14: "dd/mm/yyyy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
}
BUILTIN |= {20: "h:mm", 21: "h:mm:ss", 22: "m/d/yy h:mm", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0"}
BUILTIN |= dict.fromkeys((*range(27, 37), *range(50, 59)), "yyyy/m/d")  # East Asian dates
GENERAL = "General"
ASIDE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.I)  # literal text, padding, colours, currencies
ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.I)
EPOCH_1900, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 Excel knows no zones
FICTITIOUS_DAY = 60  # 29 February 1900, which Excel counts and no calendar knows


def is_date(number_format: str) -> bool:
    """Whether a number with this format is shown as a day or a time."""
    first = number_format.split(";")[0]
    bare = ASIDE.sub("", first)
    return first != GENERAL and "general" not in bare.lower() and re.search(r"[dmhys]", bare, re.I) is not None


def is_elapsed(number_format: str) -> bool:
    """A length of time such as 37:30 hours, not a moment."""
    return ELAPSED.search(ASIDE.sub("", number_format)) is not None


def moment(number: Decimal, epoch: datetime) -> datetime:
    """The moment a number stands for, to the second. Raises OverflowError outside the calendar."""
    days = float(number)
    if epoch == EPOCH_1900 and 0 < days < FICTITIOUS_DAY:
        days += 1
    return epoch + timedelta(seconds=round(days * 86_400))
