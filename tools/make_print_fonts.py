"""Make the two static fonts of printed figures from the variable web font (needs fonttools, brotli; run when that font changes).

The family is renamed because the licence reserves the original name for unmodified files.
"""

import sys
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

SOURCE = Path("pmo/static/fonts/source-sans-3-latin-wght-normal.woff2")
TARGET = Path("pmo/reports/fonts")
WEIGHTS = (("Regular", 400, 400), ("Bold", 600, 700))
NAMES = {1: "PMO Sans", 16: "PMO Sans"}


def main() -> int:
    for style, weight, told in WEIGHTS:
        font = instantiateVariableFont(TTFont(SOURCE), {"wght": weight})
        font.flavor = None
        for record in font["name"].names:
            named = NAMES | {2: style, 17: style, 4: f"PMO Sans {style}", 6: f"PMOSans-{style}", 3: f"PMOSans-{style}"}
            record.string = named.get(record.nameID, record.toUnicode())
        font["OS/2"].usWeightClass = told
        font.recalcTimestamp = False
        font.save(TARGET / f"pmo-sans-{style.lower()}.ttf")
    return 0


if __name__ == "__main__":
    sys.exit(main())
