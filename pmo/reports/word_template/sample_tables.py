"""The tables of the sample template, each left out where the report has nothing to say."""

from pmo.kernel.languages import Message, msg
from pmo.reports.word_template.sheet import Column, Sheet

BASELINE, TOLD, FORECAST = msg("Baseline"), msg("Commitment"), msg("Forecast")


def changes(sheet: Sheet) -> None:
    begin(sheet, "changes", msg("What changed"))
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
    end_if(sheet)
    chart(sheet, "chart_slips", msg("Why dates slipped"))
    table_if(
        sheet, "slips", None, "slip in slips",
        (
            Column(msg("Reason"), 7.0, "{{ slip.reason }}"),
            Column(msg("Moves"), 2.5, "{{ slip.moves }}", True),
            Column(msg("Days"), 2.5, "{{ slip.days }}", True),
            Column(msg("Share of days"), 2.5, "{{ slip.share }}", True),
            Column(msg("Together"), 2.5, "{{ slip.together }}", True),
        ),
    )  # fmt: skip


def dates(row: str) -> tuple[Column, ...]:
    return (
        Column(BASELINE, 2.4, f"{{{{ {row}.baseline }}}}", True),
        Column(TOLD, 2.4, f"{{{{ {row}.commitment }}}}", True),
        Column(FORECAST, 2.4, f"{{{{ {row}.forecast }}}}", True),
        Column(msg("to baseline"), 1.7, f"{{{{ {row}.to_baseline }}}}", True),
        Column(msg("to commit."), 1.7, f"{{{{ {row}.to_commitment }}}}", True),
    )


def milestones(sheet: Sheet) -> None:
    marks = "{% if milestone.is_gate %} ◆{% endif %}{% if milestone.is_reached %} ✓{% endif %}"
    table_if(
        sheet, "milestones", msg("Milestones"), "milestone in milestones",
        (
            Column(msg("Milestone"), 5.2, "{{ milestone.project }} {{ milestone.code }} {{ milestone.name }}" + marks),
            Column(msg("Status"), 1.2, "{% cellbg milestone.fill %}{{ milestone.mark }}"),
            *dates("milestone"),
        ),
    )  # fmt: skip


def risks(sheet: Sheet) -> None:
    table_if(
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


def decided(sheet: Sheet) -> None:
    table_if(
        sheet, "decisions", msg("Decisions taken"), "decision in decisions",
        (
            Column(msg("No."), 2.0, "{{ decision.code }}"),
            Column(msg("Decision"), 7.6, "{{ decision.text }}"),
            Column(msg("About"), 2.2, "{{ decision.about }}"),
            Column(msg("Outcome"), 2.8, "{{ decision.outcome }}"),
            Column(msg("Day"), 2.4, "{{ decision.day }}", True),
        ),
    )  # fmt: skip
    table_if(
        sheet, "actions", msg("Actions"), "action in actions",
        (
            Column(msg("No."), 2.0, "{{ action.code }}"),
            Column(msg("Action"), 6.8, "{{ action.what }}"),
            Column(msg("Owner"), 3.0, "{{ action.owner }}"),
            Column(msg("Due"), 2.4, "{{ action.due }}", True),
            Column(msg("State"), 2.8, "{% if action.is_late %}! {% endif %}{{ action.state }}"),
        ),
    )  # fmt: skip


def money(sheet: Sheet) -> None:
    total = "{% if line.is_total %}∑ {% endif %}"
    table_if(
        sheet, "money", msg("Money"), "line in money",
        (
            Column(msg("Programme"), 3.4, total + "{{ line.programme }}"),
            Column(msg("Budget"), 2.2, "{{ line.budget }}", True),
            Column(msg("Spent"), 2.2, "{{ line.spent }}", True),
            Column(msg("known"), 1.6, "{{ line.spent_known }}", True),
            Column(msg("Committed"), 2.2, "{{ line.committed }}", True),
            Column(msg("known"), 1.6, "{{ line.committed_known }}", True),
            Column(msg("Forecast at end"), 2.3, "{{ line.forecast }}", True),
            Column(msg("over"), 1.5, "{{ line.over }}", True),
        ),
    )  # fmt: skip
    table_if(
        sheet, "earned", msg("Earned value"), "value in earned",
        (
            Column(msg("Project"), 3.6, "{{ value.project }}, {{ value.day }}"),
            *(Column(msg_of, 1.92, f"{{{{ value.{field} }}}}", True) for msg_of, field in EARNED),
        ),
    )  # fmt: skip
    table_if(
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


def begin(sheet: Sheet, name: str, title: Message) -> None:
    """A part that is left out where the report has nothing to say."""
    sheet.write(f"{{%p if {name} %}}", "PMO mark")
    sheet.heading(title)


def end_if(sheet: Sheet) -> None:
    sheet.write("{%p endif %}", "PMO mark")


def each(sheet: Sheet, loop: str, text: str, style: str) -> None:
    sheet.write(f"{{%p for {loop} %}}", "PMO mark")
    sheet.write(text, style)
    sheet.write("{%p endfor %}", "PMO mark")


def chart(sheet: Sheet, name: str, title: Message) -> None:
    begin(sheet, name, title)
    sheet.write(f"{{{{ {name} }}}}")
    end_if(sheet)


def table_if(sheet: Sheet, name: str, title: Message | None, loop: str, columns: tuple[Column, ...]) -> None:
    sheet.write(f"{{%p if {name} %}}", "PMO mark")
    if title is not None:
        sheet.heading(title)
    sheet.rows(loop, columns)
    end_if(sheet)
