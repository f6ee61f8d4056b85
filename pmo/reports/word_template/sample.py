"""The sample template: a whole report that names everything there is, for a house to take its own from."""

from pmo.kernel.languages import Message, msg
from pmo.reports.word_template.sheet import Column, Sheet

BASELINE, TOLD, FORECAST = msg("Baseline"), msg("Commitment"), msg("Forecast")


def sample(lang: str) -> bytes:
    """In the language of its headings; the names are the same in every language."""
    sheet = Sheet(lang)
    sheet.heads(
        "{{ organisation }}", "{{ edition }}", "{{ name }} ({{ code }}), {{ data_moment }}", sheet.say(msg("Page %(n)s of %(m)s", n="|", m="|"))
    )
    for part in (_front, _questions, _status, _timeline, _changes, _milestones, _risks, _decided, _money, _sheets, _end):
        part(sheet)
    return sheet.bytes()


def _front(sheet: Sheet) -> None:
    sheet.write("{{ title }}", "PMO kicker")
    sheet.write("{{ name }}", "Title")
    sheet.write("{%p if committee %}", "PMO mark")
    sheet.write("{{ committee }}{% if meeting_day %}, {{ meeting_day }}{% endif %}", "PMO committee")
    sheet.write("{%p endif %}", "PMO mark")
    sheet.write("{{ data_moment }}. {{ compared_with }} {{ author }}", "Subtitle")
    sheet.write("{{ headline }}", "PMO finding")
    sheet.write("{{ summary }}")
    sheet.write("", "PMO gap")
    told = sheet.say(msg("to commitment %(slip)s", slip="{{ slip_to_commitment }}"))
    high = sheet.say(msg("%(num)s of them high", num="{{ red_risks }}"))
    sheet.figures(
        (
            (msg("Projects"), "{{ project_count }}", "■ {{ red }}   ▲ {{ amber }}   ● {{ green }}   – {{ unknown }}"),
            (msg("On time"), "{{ on_time }}", sheet.say(msg("target %(percent)s", percent="{{ on_time_target }}"))),
            (msg("Slip to baseline"), "{{ slip_to_baseline }}", told),
            (msg("Spent"), "{{ total_spent }}", sheet.say(msg("of %(budget)s, forecast %(forecast)s", budget="{{ total_budget }}", forecast="{{ total_forecast }}"))),
            (msg("Open risks"), "{{ open_risks }}", high),
        )
    )  # fmt: skip
    _begin(sheet, "points", msg("What to know first"))
    _each(sheet, "point in points", "{{ point.finding }} {{ point.words }}", "List Bullet")
    _end_if(sheet)


def _questions(sheet: Sheet) -> None:
    _begin(sheet, "questions", msg("Decisions asked"))
    sheet.write("{%p for question in questions %}", "PMO mark")
    sheet.write("{{ question.code }}  {{ question.question }}", "Heading 2")
    sheet.write("{{ question.why }}")
    asked = msg("Asked by %(name)s.", name="{{ question.asker }}")
    sheet.write(f"{{{{ question.about }}}}. {sheet.say(asked)}", "PMO small")
    sheet.rows(
        "option in question.options",
        (
            Column(msg("Option"), 5.2, "{{ option.name }}{% if option.is_recommended %} ★{% endif %}"),
            Column(msg("Consequence"), 5.8, "{{ option.consequence }}"),
            Column(msg("Cost"), 2.4, "{{ option.cost }}", True),
            Column(msg("Paid by"), 3.6, "{{ option.payer }}"),
        ),
    )
    sheet.write(sheet.say(msg("Without a decision: %(words)s. Needed by %(day)s.", words="{{ question.if_not }}", day="{{ question.needed_by }}")))
    sheet.write("{%p endfor %}", "PMO mark")
    _end_if(sheet)


def _status(sheet: Sheet) -> None:
    sheet.heading(msg("Status of the projects"))
    sheet.rows(
        "project in projects",
        (
            Column(msg("Project"), 5.0, "{{ project.code }} {{ project.name }}"),
            Column(msg("Before"), 1.8, "{{ project.before }}"),
            Column(msg("Status"), 2.1, "{% cellbg project.fill %}{{r project.status }}"),
            Column(msg("Since"), 2.2, "{{ project.since }}"),
            Column(msg("Why"), 5.9, "{{ project.reasons }}{% if project.back_to_green %} → {{ project.back_to_green }}{% endif %}"),
        ),
    )


def _timeline(sheet: Sheet) -> None:
    _chart(sheet, "chart_timeline", msg("Timeline"))
    _chart(sheet, "chart_trend", msg("Milestone trend"))


def _changes(sheet: Sheet) -> None:
    _begin(sheet, "changes", msg("What changed"))
    sheet.rows(
        "change in changes",
        (
            Column(msg("Kind"), 2.4, "{{ change.kind }}"),
            Column(msg("Project"), 1.9, "{{ change.project }}"),
            Column(msg("What changed"), 7.4, "{{ change.what }}"),
            Column(msg("Days"), 1.6, "{{ change.days }}", True),
            Column(msg("By whom"), 3.7, "{{ change.by_whom }}"),
        ),
    )
    _end_if(sheet)
    _chart(sheet, "chart_slips", msg("Why dates slipped"))
    _table_if(
        sheet, "slips", None, "slip in slips",
        (
            Column(msg("Reason"), 7.0, "{{ slip.reason }}"),
            Column(msg("Moves"), 2.5, "{{ slip.moves }}", True),
            Column(msg("Days"), 2.5, "{{ slip.days }}", True),
            Column(msg("Share"), 2.5, "{{ slip.share }}", True),
            Column(msg("Together"), 2.5, "{{ slip.together }}", True),
        ),
    )  # fmt: skip


def _dates(row: str) -> tuple[Column, ...]:
    return (
        Column(BASELINE, 2.4, f"{{{{ {row}.baseline }}}}", True),
        Column(TOLD, 2.4, f"{{{{ {row}.commitment }}}}", True),
        Column(FORECAST, 2.4, f"{{{{ {row}.forecast }}}}", True),
        Column(msg("to baseline"), 1.7, f"{{{{ {row}.to_baseline }}}}", True),
        Column(msg("to commit."), 1.7, f"{{{{ {row}.to_commitment }}}}", True),
    )


def _milestones(sheet: Sheet) -> None:
    marks = "{% if milestone.is_gate %} ◆{% endif %}{% if milestone.is_reached %} ✓{% endif %}"
    _table_if(
        sheet, "milestones", msg("Milestones"), "milestone in milestones",
        (
            Column(msg("Milestone"), 5.2, "{{ milestone.project }} {{ milestone.code }} {{ milestone.name }}" + marks),
            Column(msg("Status"), 1.2, "{% cellbg milestone.fill %}{{ milestone.mark }}"),
            *_dates("milestone"),
        ),
    )  # fmt: skip


def _risks(sheet: Sheet) -> None:
    _table_if(
        sheet, "risks", msg("Risks and issues"), "risk in risks",
        (
            Column(msg("Title"), 5.3, "{{ risk.project }} {{ risk.code }} {{ risk.title }}"),
            Column(msg("Kind"), 1.9, "{{ risk.type }}"),
            Column(msg("Level"), 1.3, "{% cellbg risk.fill %}{{ risk.level }}", True),
            Column(msg("Response"), 3.9, "{{ risk.response }}"),
            Column(msg("Owner"), 2.4, "{{ risk.owner }}"),
            Column(msg("Due"), 2.2, "{{ risk.due }}{% if risk.is_overdue %} !{% endif %}", True),
        ),
    )  # fmt: skip


def _decided(sheet: Sheet) -> None:
    _table_if(
        sheet, "decisions", msg("Decisions taken"), "decision in decisions",
        (
            Column(msg("No."), 2.0, "{{ decision.code }}"),
            Column(msg("Decision"), 7.6, "{{ decision.text }}"),
            Column(msg("About"), 2.2, "{{ decision.about }}"),
            Column(msg("Outcome"), 2.8, "{{ decision.outcome }}"),
            Column(msg("Day"), 2.4, "{{ decision.day }}", True),
        ),
    )  # fmt: skip
    _table_if(
        sheet, "actions", msg("Actions"), "action in actions",
        (
            Column(msg("No."), 2.0, "{{ action.code }}"),
            Column(msg("Action"), 6.8, "{{ action.what }}"),
            Column(msg("Owner"), 3.0, "{{ action.owner }}"),
            Column(msg("Due"), 2.4, "{{ action.due }}", True),
            Column(msg("State"), 2.8, "{% if action.is_late %}! {% endif %}{{ action.state }}"),
        ),
    )  # fmt: skip


def _money(sheet: Sheet) -> None:
    total = "{% if line.is_total %}∑ {% endif %}"
    _table_if(
        sheet, "money", msg("Money"), "line in money",
        (
            Column(msg("Programme"), 5.0, total + "{{ line.programme }}"),
            Column(msg("Budget"), 2.6, "{{ line.budget }}", True),
            Column(msg("Spent"), 2.6, "{{ line.spent }}", True),
            Column(msg("known"), 2.0, "{{ line.spent_known }}", True),
            Column(msg("Forecast at end"), 2.8, "{{ line.forecast }}", True),
            Column(msg("over"), 2.0, "{{ line.over }}", True),
        ),
    )  # fmt: skip
    _table_if(
        sheet, "earned", msg("Earned value"), "value in earned",
        (
            Column(msg("Project"), 3.6, "{{ value.project }}, {{ value.day }}"),
            *(Column(msg_of, 1.92, f"{{{{ value.{field} }}}}", True) for msg_of, field in EARNED),
        ),
    )  # fmt: skip
    _table_if(
        sheet, "indicators", msg("Indicators"), "indicator in indicators",
        (
            Column(msg("Indicator"), 5.4, "{{ indicator.name }}"),
            Column(msg("Period"), 3.0, "{{ indicator.period }}"),
            Column(msg("Status"), 2.2, "{% cellbg indicator.fill %}{{r indicator.status }}"),
            Column(msg("Value"), 2.0, "{{ indicator.value }}", True),
            Column(msg("Before"), 2.0, "{{ indicator.before }}", True),
            Column(msg("Target"), 2.4, "{{ indicator.target }}", True),
        ),
    )  # fmt: skip


EARNED: tuple[tuple[Message, str], ...] = (
    (msg("Planned"), "planned"),
    (msg("Earned"), "earned"),
    (msg("Actual"), "actual"),
    (msg("SPI"), "schedule_index"),
    (msg("CPI"), "cost_index"),
    (msg("At completion"), "at_completion"),
)
FACTS: tuple[tuple[Message, str], ...] = (
    (msg("Programme"), "{{ project.programme }}"),
    (msg("Project manager"), "{{ project.manager }}"),
    (msg("Phase"), "{{ project.phase }}"),
    (msg("Done"), "{{ project.percent }}"),
    (msg("Start"), "{{ project.start }}"),
    (msg("End"), "{{ project.forecast }} ({{ project.to_baseline }})"),
    (BASELINE, "{{ project.baseline }}"),
    (TOLD, "{{ project.commitment }} ({{ project.to_commitment }})"),
    (msg("Budget"), "{{ project.budget }}"),
    (msg("Spent"), "{{ project.spent }}"),
    (msg("Forecast at end"), "{{ project.cost_forecast }} ({{ project.over }})"),
    (msg("Next milestone"), "{{ project.next_milestone }}, {{ project.next_day }}"),
)


def _sheets(sheet: Sheet) -> None:
    """Of every project that is not green: a loop around whole paragraphs and tables."""
    sheet.heading(msg("Projects that are not green"))
    sheet.write("{%p for project in projects %}", "PMO mark")
    sheet.write("{%p if not project.is_green %}", "PMO mark")
    sheet.write("{{ project.mark }}  {{ project.code }} {{ project.name }}: {{ project.colour }}", "Heading 2")
    sheet.facts(FACTS)
    sheet.rows(
        "dimension in project.dimensions",
        (
            Column(msg("Dimension"), 4.2, "{{ dimension.name }}"),
            Column(msg("Status"), 2.6, "{% cellbg dimension.fill %}{{r dimension.status }}"),
            Column(msg("Why"), 10.2, "{{ dimension.reason }}"),
        ),
    )
    for title, field in WORDS:
        sheet.write(f"{{%p if project.{field} %}}", "PMO mark")
        sheet.write(f"{sheet.say(title)} {{{{ project.{field} }}}}")
        sheet.write("{%p endif %}", "PMO mark")
    sheet.rows(
        "milestone in project.milestones",
        (
            Column(msg("Milestone"), 4.2, "{{ milestone.code }} {{ milestone.name }}"),
            Column(msg("Status"), 2.2, "{% cellbg milestone.fill %}{{r milestone.status }}"),
            *_dates("milestone"),
        ),
    )
    sheet.write("{%p endif %}", "PMO mark")
    sheet.write("{%p endfor %}", "PMO mark")


WORDS: tuple[tuple[Message, str], ...] = (
    (msg("Done:"), "done"),
    (msg("Next:"), "next"),
    (msg("Attention:"), "attention"),
)


def _end(sheet: Sheet) -> None:
    _table_if(
        sheet, "meetings", msg("Next meetings"), "meeting in meetings",
        (
            Column(msg("Meeting"), 5.0, "{{ meeting.day }}"),
            Column(msg("Data cut-off"), 6.0, "{{ meeting.cut_off }}"),
            Column(msg("Pack sent"), 6.0, "{{ meeting.pack_day }}"),
        ),
    )  # fmt: skip
    for title, name in ((msg("Data hash (SHA-256)"), "data_hash"), (msg("Head of the sealed history"), "history_head")):
        sheet.write(f"{{%p if {name} %}}", "PMO mark")
        sheet.write(f"{sheet.say(title)} {{{{ {name} }}}}", "PMO small")
        sheet.write("{%p endif %}", "PMO mark")


def _begin(sheet: Sheet, name: str, title: Message) -> None:
    """A part that is left out where the report has nothing to say."""
    sheet.write(f"{{%p if {name} %}}", "PMO mark")
    sheet.heading(title)


def _end_if(sheet: Sheet) -> None:
    sheet.write("{%p endif %}", "PMO mark")


def _each(sheet: Sheet, loop: str, text: str, style: str) -> None:
    sheet.write(f"{{%p for {loop} %}}", "PMO mark")
    sheet.write(text, style)
    sheet.write("{%p endfor %}", "PMO mark")


def _chart(sheet: Sheet, name: str, title: Message) -> None:
    _begin(sheet, name, title)
    sheet.write(f"{{{{ {name} }}}}")
    _end_if(sheet)


def _table_if(sheet: Sheet, name: str, title: Message | None, loop: str, columns: tuple[Column, ...]) -> None:
    sheet.write(f"{{%p if {name} %}}", "PMO mark")
    if title is not None:
        sheet.heading(title)
    sheet.rows(loop, columns)
    _end_if(sheet)
