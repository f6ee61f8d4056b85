"""The sample template: a whole report that names everything there is, for a house to take its own from."""

from pmo.kernel.languages import Message, msg
from pmo.reports.word_template.sample_pack import agenda, gates, requests
from pmo.reports.word_template.sample_tables import (
    BASELINE,
    TOLD,
    begin,
    changes,
    chart,
    dates,
    decided,
    each,
    end_if,
    milestones,
    money,
    risks,
    table_if,
)
from pmo.reports.word_template.sheet import Column, Sheet


def sample(lang: str) -> bytes:
    """In the language of its headings; the names are the same in every language."""
    sheet = Sheet(lang)
    sheet.heads(
        "{{ organisation }}",
        "{{ edition }}",
        "{{ name }} ({{ code }}), {{ data_moment }}",
        sheet.say(msg("Page %(n)s of %(m)s", n="|", m="|")),
    )
    first = (_front, agenda, _questions, _status, gates, requests)
    for part in (*first, _timeline, changes, milestones, risks, decided, money, _sheets, _end):
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
    totals = {name: f"{{{{ total_{name} }}}}" for name in ("budget", "committed", "forecast")}
    of = sheet.say(msg("of %(budget)s, committed %(committed)s, forecast %(forecast)s", **totals))
    high = sheet.say(msg("%(num)s of them high", num="{{ red_risks }}"))
    sheet.figures(
        (
            (msg("Projects"), "{{ project_count }}", "■ {{ red }}   ▲ {{ amber }}   ● {{ green }}   – {{ unknown }}"),
            (msg("On time"), "{{ on_time }}", sheet.say(msg("target %(percent)s", percent="{{ on_time_target }}"))),
            (msg("Slip to baseline"), "{{ slip_to_baseline }}", told),
            (msg("Spent"), "{{ total_spent }}", of),
            (msg("Open risks"), "{{ open_risks }}", high),
        )
    )  # fmt: skip
    begin(sheet, "points", msg("What to know first"))
    each(sheet, "point in points", "{{ point.finding }} {{ point.words }}", "List Bullet")
    end_if(sheet)


def _questions(sheet: Sheet) -> None:
    begin(sheet, "questions", msg("Decisions asked"))
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
    sheet.write(
        sheet.say(
            msg(
                "Without a decision: %(words)s. Needed by %(day)s.", words="{{ question.if_not }}", day="{{ question.needed_by }}"
            )
        )
    )
    sheet.write("{%p endfor %}", "PMO mark")
    end_if(sheet)


def _status(sheet: Sheet) -> None:
    sheet.heading(msg("Status of the projects"))
    sheet.rows(
        "project in projects",
        (
            Column(msg("Project"), 5.0, "{{ project.code }} {{ project.name }}"),
            Column(msg("Before"), 1.8, "{{ project.before }}"),
            Column(msg("Status"), 2.1, "{% cellbg project.fill %}{{r project.status }}"),
            Column(msg("Since"), 2.2, "{{ project.since }}"),
            Column(
                msg("Why"), 5.9, "{{ project.reasons }}{% if project.back_to_green %} → {{ project.back_to_green }}{% endif %}"
            ),
        ),
    )


def _timeline(sheet: Sheet) -> None:
    chart(sheet, "chart_timeline", msg("Timeline"))
    chart(sheet, "chart_trend", msg("Milestone trend"))


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
    (msg("Committed"), "{{ project.committed }}"),
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
            *dates("milestone"),
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
    table_if(
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
