"""A house's own Word template, checked and filled in a limited process of its own."""

import json
from base64 import b64decode, b64encode
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from pmo.kernel.confined import Exhausted, ask
from pmo.reports.logic.content import Report
from pmo.reports.logic.stamp import Stamp
from pmo.reports.logic.template_findings import Refusal, Verdict, read
from pmo.reports.template_charts import CHARTS, drawn
from pmo.reports.template_values import values
from pmo.rules.logic import RuleBook

CHILD = "pmo.reports.word_template.child"
GRACE = 5  # seconds for the process to begin, beside its own


@dataclass(frozen=True, slots=True)
class Limits:
    """From the rules: how large a template and what is made of it may be, and what filling it may take."""

    unpacked_mib: int
    output_mib: int
    memory_mib: int
    seconds: int


def limits_of(rules: RuleBook) -> Limits:
    return Limits(
        unpacked_mib=int(rules.value("template.unpacked.most")),
        output_mib=int(rules.value("template.output.most")),
        memory_mib=int(rules.value("template.memory.most")),
        seconds=int(rules.value("template.seconds.most")),
    )


@dataclass(frozen=True, slots=True)
class Filled:
    """`document` is empty unless the verdict is good."""

    verdict: Verdict
    document: bytes = b""


@dataclass(frozen=True, slots=True)
class Content:
    """What a template is filled with."""

    report: Report
    stamp: Stamp
    lang: str


def fill(
    template: bytes, content: Content, limits: Limits, *, charts: Collection[str] = tuple(CHARTS), remark: str = ""
) -> Filled:
    """The template with the content of a report; `charts` are those it names, `remark` what the file says about itself."""
    report, stamp, lang = content.report, content.stamp, content.lang
    given = values(report, stamp, lang) | drawn(report, lang, charts)
    about = {"title": f"{given['title']}, {given['name']}"[:255], "author": given["author"][:255], "comments": remark[:255]}
    asked: dict[str, Any] = {"template": b64encode(template).decode(), "values": given, "about": about}
    sent = json.dumps(asdict(limits)).encode() + b"\n" + json.dumps(asked).encode()
    try:
        answer = ask(CHILD, sent, seconds=limits.seconds + GRACE)
    except Exhausted:
        return Filled(Verdict(Refusal.LIMITS))
    return Filled(read(answer), b64decode(answer.get("document", "")))
