"""Agenda, gates and change requests in the sample template, each left out where the report has nothing to say."""

from pmo.kernel.languages import Message, msg
from pmo.reports.word_template.sample_tables import begin, end_if, table_if
from pmo.reports.word_template.sheet import Column, Sheet


def agenda(sheet: Sheet) -> None:
    begin(sheet, "agenda", msg("Agenda"))
    sheet.write("{%p if agenda_start %}", "PMO mark")
    sheet.write("{{ agenda_start }}{% if agenda_end %}–{{ agenda_end }}{% endif %}", "PMO small")
    sheet.write("{%p endif %}", "PMO mark")
    title = "{{ item.kind }} {{ item.about }} {{ item.code }} {{ item.title }}{% if item.note %} ({{ item.note }}){% endif %}"
    sheet.rows(
        "item in agenda",
        (
            Column(msg("No."), 1.2, "{{ item.number }}"),
            Column(msg("Topic"), 8.8, title),
            Column(msg("Presented by"), 3.6, "{{ item.presenter }}"),
            Column(msg("Time"), 1.6, "{{ item.starts }}", True),
            Column(msg("Min."), 1.8, "{{ item.minutes }}", True),
        ),
    )
    end_if(sheet)


def gates(sheet: Sheet) -> None:
    table_if(
        sheet, "gates_due", msg("Gates due"), "gate in gates_due",
        (
            Column(msg("Gate"), 6.4, "{{ gate.code }} {{ gate.name }}"),
            Column(msg("Project"), 2.4, "{{ gate.project }}"),
            Column(msg("Due"), 2.4, "{{ gate.due }}", True),
            Column(msg("How ready"), 5.8, "{{ gate.ready }} {{ gate.met }}"),
        ),
    )  # fmt: skip
    table_if(
        sheet, "gates_decided", msg("Gates decided"), "gate in gates_decided",
        (
            Column(msg("Gate"), 4.4, "{{ gate.project }} {{ gate.code }} {{ gate.name }}"),
            Column(msg("Outcome"), 4.0, "{{ gate.outcome }}, {{ gate.day }} {{ gate.decision }}"),
            Column(msg("Reason and conditions"), 8.6, "{{ gate.reason }} {{ gate.conditions }}"),
        ),
    )  # fmt: skip


def requests(sheet: Sheet) -> None:
    for name, title in REQUESTS:
        table_if(
            sheet, name, title, f"request in {name}",
            (
                Column(msg("Change request"), 6.0, "{{ request.project }} {{ request.code }} {{ request.title }}"),
                Column(msg("State"), 4.2, "{{ request.state }}, {{ request.priority }} {{ request.day }} {{ request.reason }}"),
                Column(msg("Date"), 4.2, "{{ request.milestone }} {{ request.new_day }} {{ request.days }}", True),
                Column(msg("Money"), 2.6, "{{ request.cost }}", True),
            ),
        )  # fmt: skip


REQUESTS: tuple[tuple[str, Message], ...] = (
    ("requests_waiting", msg("Changes that wait for approval")),
    ("requests_decided", msg("Changes decided")),
    ("requests_asked", msg("Changes asked")),
)
