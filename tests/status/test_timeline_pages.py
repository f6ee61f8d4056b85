"""The timeline as people use it: rows, folding, filters, pages, panel, earlier moments; complete without script."""

import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from pmo.db import acting, transaction
from pmo.kernel.permissions import Role
from pmo.schedule import actions
from pmo.schedule.logic.moves import MoveReason, Why
from pmo.schedule.models import Task, TaskLink
from tests.conftest import HTMX

PANEL = HTMX | {"HX-Target": "panel"}
LONG_AGO = datetime(2025, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def registry(make):
    """A programme with one project that slips, and one beside it."""
    programme = make.programme(name="Evidence generation", code="EVG", effective_at=LONG_AGO)
    project = make.project(programme, code="EVG-03", name="LUMEN registry", effective_at=LONG_AGO)
    signed = {"baseline": date(2026, 2, 2), "forecast": date(2026, 2, 2), "actual": date(2026, 2, 4)}
    make.milestone(project, name="Contract", **signed, effective_at=LONG_AGO)
    make.milestone(
        project, name="First patient", baseline=date(2026, 3, 31), commitment=date(2026, 5, 16), forecast=date(2026, 5, 22),
        is_gate=True, effective_at=LONG_AGO,
    )  # fmt: skip
    beside = make.project(programme, code="EVG-05", name="Workflow study", effective_at=LONG_AGO)
    make.milestone(beside, name="Data cut", baseline=None, forecast=date(2026, 4, 17), effective_at=LONG_AGO)
    return project


@pytest.fixture
def plan(registry, make):
    """A plan of the first project: a phase with two tasks and a milestone of the project, linked."""

    def task(uid, name, start, finish, level=2, **more):
        return Task(
            project_id=registry.id, uid=uid, position=uid, wbs=str(uid), outline_level=level, name=name,
            start=datetime(2026, *start, 8), finish=datetime(2026, *finish, 17), **more,  # noqa: DTZ001 - wall-clock time of a plan
        )  # fmt: skip

    rows = [
        task(0, "Whole plan", (1, 5), (6, 30), level=0, is_summary=True),
        task(1, "Set-up phase", (1, 5), (5, 22), level=1, is_summary=True, is_critical=True),
        task(2, "Negotiate", (1, 5), (2, 20), is_critical=True, percent_complete=60),
        task(3, "Sign", (3, 2), (5, 15), is_critical=True),
        task(4, "First patient in", (5, 22), (5, 22), is_milestone=True, is_critical=True),
        task(5, "Enrolment", (5, 25), (6, 30), level=1),
    ]
    for row in rows:
        make.save(row)
    for before, after in ((2, 3), (3, 4), (4, 5)):
        make.save(TaskLink(project_id=registry.id, predecessor_uid=before, successor_uid=after, kind="FS"))
    with transaction("test"):
        milestone_of(registry, "First patient").task_uid = 4
    return rows


def moved(milestone, day, why):
    with acting(None, "ui"), transaction("test"):
        actions.reforecast(milestone, day, why)


def milestone_of(project, name):
    return next(row for row in actions.db.session.query(actions.Milestone).filter_by(project_id=project.id) if row.name == name)


def table(answer):
    """The page without the list for small screens, which names every milestone again."""
    return answer.text.split('class="gantt-list"')[0]


def names(answer):
    return re.findall(r'<(?:a class="name"|span title)[^>]*>([^<]+)</', table(answer))


def test_the_portfolio_shows_projects_and_folds_milestones_into_their_bars(registry, login):
    answer = login(Role.PMO).get("/timeline")

    assert names(answer) == ["Evidence generation", "LUMEN registry", "Workflow study"]
    assert table(answer).count('class="gm gm-done"') == 1
    assert "First patient" in answer.text  # in the list for small screens


def test_a_project_is_unfolded_by_a_link_and_the_address_keeps_it(registry, login):
    client = login(Role.PMO)
    twist = r'class="twist" href="([^"]+)"[^>]*aria-expanded="false" aria-label="Rows of LUMEN registry"'
    link = re.search(twist, client.get("/timeline").text)

    assert names(client.get(link[1]))[1:4] == ["LUMEN registry", "Contract", "First patient"]


def test_everything_can_be_unfolded_and_a_programme_folded(registry, login):
    client = login(Role.PMO)
    assert len(names(client.get("/timeline?level=all"))) == 6
    assert names(client.get("/timeline?level=programmes")) == ["Evidence generation"]


def test_a_bar_ends_with_its_latest_milestone_and_the_programme_with_its_latest_project(registry, login):
    rows = re.findall(r'<tr class="(?:prog|lvl1)".*?</tr>', login(Role.PMO).get("/timeline").text, re.DOTALL)
    finishes = [re.search(r'<td class="gc4">([^<]+)<', row)[1].replace("\u00a0", " ") for row in rows]
    assert finishes == ["22 May", "22 May", "17 Apr"]


def test_a_day_of_another_year_says_its_year_below_it(registry, make, login):
    make.milestone(registry, name="Last patient out", baseline=None, forecast=date(2027, 8, 4), effective_at=LONG_AGO)

    page = login(Role.PMO).get("/timeline?level=all").text

    days = [re.sub(r"<[^>]+>", " ", cell).split() for cell in re.findall(r'<td class="gc4">(.*?)</td>', page)]
    assert ["4", "Aug", "2027"] in [" ".join(day).replace("\u00a0", " ").split() for day in days]
    assert ["22", "May"] in [" ".join(day).replace("\u00a0", " ").split() for day in days]


def test_the_legend_explains_every_look_of_a_diamond(registry, make, login):
    make.milestone(registry, name="Go or no go", baseline=date(2026, 6, 1), forecast=date(2026, 6, 1), is_gate=True)

    page = login(Role.PMO).get("/timeline?level=all").text

    drawn, legend = page.split('<p class="legend"')
    looks = set(re.findall(r'class="gm (gm-[a-z]+)"', drawn))
    assert "gm-gate" in looks
    assert [look for look in looks if look not in legend] == []


def test_the_sentence_of_a_row_says_baseline_and_commitment(registry, login):
    page = login(Role.PMO).get("/timeline?level=all").text.replace("\u00a0", " ")
    said = "First patient: milestone, forecast 22 May 2026, baseline 31 Mar 2026, committee was told 16 May 2026"
    assert f'aria-label="{said}"' in page


def test_nothing_of_the_picture_is_inline_style_or_script(registry, login):
    page = login(Role.PMO).get("/timeline?level=all").text
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*src=)", page)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=workflow", ["Evidence generation", "Workflow study"]),
        ("q=first+pat", ["Evidence generation", "LUMEN registry"]),
        ("programme=evg&show=late&level=all", ["Evidence generation", "LUMEN registry", "First patient"]),
        ("show=gates&level=all", ["Evidence generation", "LUMEN registry", "First patient"]),
        ("show=next60&level=all", ["Evidence generation", "Workflow study", "Data cut"]),
        ("show=mine", []),
        ("programme=nowhere", []),
    ],
)
def test_filters_leave_what_they_say(registry, login, query, expected):
    assert names(login(Role.PMO).get(f"/timeline?{query}")) == expected


def test_words_nobody_knows_in_the_address_do_no_harm(registry, login):
    answer = login(Role.PMO).get("/timeline?zoom=century&level=x&page=99999999999&show=y&panel=m99999999999&flip=,,t0,tx,")
    assert answer.status_code == 200
    assert len(names(answer)) == 3


def test_an_empty_portfolio_says_what_to_expect(app, login):
    assert "as soon as it has a milestone" in login(Role.PMO).get("/timeline").text


def test_a_filter_answers_with_the_timeline_only(registry, login):
    answer = login(Role.PMO).get("/timeline?q=workflow", headers=HTMX | {"HX-Target": "timeline"})
    assert answer.text.strip().startswith('<div id="timeline"')
    assert "<html" not in answer.text


def test_the_panel_tells_both_slips_and_why_the_date_moved(registry, login):
    milestone = milestone_of(registry, "First patient")
    moved(milestone, date(2026, 5, 28), Why(MoveReason.SITE_CONTRACT, "Tampere"))

    answer = login(Role.PMO).get(f"/timeline?panel=m{milestone.id}", headers=PANEL)

    text = answer.text.replace("\u00a0", " ")
    assert text.strip().startswith('<aside class="panel" id="panel"')
    assert "+58 d" in text
    assert "+12 d" in text
    assert "mostly Site contract" in text
    assert "Site contract: Tampere" in text


def test_without_script_the_panel_opens_on_the_page(registry, login):
    milestone = milestone_of(registry, "First patient")
    page = login(Role.PMO).get(f"/timeline?level=all&panel=m{milestone.id}").text
    assert 'id="panel-title">First patient' in page
    assert 'aria-selected="true"' in page
    assert 'class="gm-sel"' in page


def test_somebody_sees_only_what_they_may(registry, make, login):
    make.project(code="SECRET-1", name="Hidden marker")
    client = login((Role.PROJECT_MANAGER, registry))

    page = client.get("/timeline?level=all").text

    assert "Hidden marker" not in page
    assert "Workflow study" not in page
    assert "LUMEN registry" in page


def test_a_panel_of_what_one_may_not_see_stays_closed(registry, make, login):
    other = make.milestone(make.project(name="Elsewhere"), name="Hidden marker")
    answer = login((Role.PROJECT_MANAGER, registry)).get(f"/timeline?panel=m{other.id}", headers=PANEL)
    assert "Hidden marker" not in answer.text
    assert "hidden" in answer.text


def test_strangers_find_no_timeline(registry, make, login):
    assert login().get("/timeline").status_code == 404
    assert login((Role.PROJECT_MANAGER, make.project())).get(f"/projects/{registry.id}/timeline").status_code == 404
    assert login(Role.PMO).get("/projects/99999/timeline").status_code == 404


def test_a_code_in_the_address_leads_to_the_project(registry, login):
    client = login(Role.PMO)
    assert client.get("/projects/evg-03/timeline").location == f"/projects/{registry.id}/timeline"
    assert client.get("/projects/none/timeline").status_code == 404


def test_the_plan_of_a_project_is_drawn_with_its_milestones_in_place(plan, registry, login):
    answer = login(Role.PMO).get(f"/projects/{registry.id}/timeline")

    assert names(answer) == ["LUMEN registry", "Set-up phase", "Negotiate", "Sign", "First patient", "Enrolment", "Contract"]
    assert table(answer).count('class="gd gd-crit"') == 2
    assert table(answer).count('class="gd"') == 1


def test_a_folded_phase_hides_its_rows_and_keeps_milestones_and_links(plan, registry, login):
    phase = next(task for task in plan if task.name == "Set-up phase")
    answer = login(Role.PMO).get(f"/projects/{registry.id}/timeline?flip=t{phase.id}")

    assert names(answer) == ["LUMEN registry", "Set-up phase", "Enrolment", "Contract"]
    assert table(answer).count('class="gd"') == 1  # from the phase to what waits for it
    assert table(answer).count('class="gm gm-late"') == 1  # the hidden milestone, on the bracket


def test_links_and_critical_path_can_be_switched_off(plan, registry, login):
    page = table(login(Role.PMO).get(f"/projects/{registry.id}/timeline?links=off&critical=off"))
    assert 'class="gd' not in page
    assert page.count('class="gb-crit"') == 0


def test_a_task_opens_its_panel_with_what_it_waits_for(plan, registry, login):
    task = next(row for row in plan if row.name == "Sign")
    text = login(Role.PMO).get(f"/projects/{registry.id}/timeline?panel=t{task.id}", headers=PANEL).text
    assert "Waits for Negotiate" in text
    assert "Holds up First patient in" in text


def test_an_earlier_moment_shows_the_date_believed_then(registry, login):
    milestone = milestone_of(registry, "First patient")
    moved(milestone, date(2026, 7, 3), Why(MoveReason.SUPPLY))
    client = login(Role.PMO)

    now, then = client.get("/timeline?level=all").text, client.get("/timeline?level=all&as_of=2026-01-15").text

    assert "forecast 3\u00a0Jul\u00a02026" in now.replace(" ", "\u00a0").replace("forecast\u00a0", "forecast ")
    assert "forecast 22\u00a0May\u00a02026" in then.replace(" ", "\u00a0").replace("forecast\u00a0", "forecast ")
    assert "as_of=2026-01-15" in re.search(r'class="twist" href="([^"]+)"', then)[1]


def test_pages_of_two_hundred_rows_lose_nothing(make, login):
    project = make.project(name="Large")
    with transaction("test"):
        for number in range(450):
            actions.db.session.add(
                Task(project_id=project.id, uid=number, position=number, outline_level=1, name=f"Task {number:03}",
                     start=datetime(2026, 3, 2, 8), finish=datetime(2026, 3, 6, 17))  # noqa: DTZ001 - wall-clock time of a plan
            )  # fmt: skip
        actions.db.session.add(TaskLink(project_id=project.id, predecessor_uid=10, successor_uid=440, kind="FS"))
    client = login(Role.PMO)

    pages = [client.get(f"/projects/{project.id}/timeline?page={number}") for number in (1, 2, 3)]

    assert [len(names(page)) for page in pages] == [200, 200, 51]
    assert sum((names(page) for page in pages), [])[1:] == [f"Task {number:03}" for number in range(450)]
    assert [table(page).count('class="gd"') for page in pages] == [1, 0, 1]
    assert len({re.search(r'class="gantt__ov" width="([^"]+)"', page.text)[1] for page in pages}) == 1


@pytest.mark.parametrize("how_many", [1, 3, 300])
def test_the_timeline_costs_as_many_statements_whatever_its_length(make, login, statements, how_many):
    project = make.project()
    with transaction("test"):
        for number in range(how_many):
            actions.add(project, actions.About(f"Milestone {number}"), actions.Dates(forecast=date(2026, 4, 1)))
    client = login(Role.PMO)
    client.get("/timeline?level=all")  # rule book and calendar of the process
    statements.clear()

    page = client.get("/timeline?level=all", headers=HTMX)

    assert table(page).count("data-row") == min(how_many + 2, 200)
    assert len(statements) == 9


@pytest.mark.parametrize(("language", "month"), [("fr", "janv."), ("nl", "jan")])
def test_the_axis_speaks_the_language_of_the_reader(registry, login, language, month):
    assert month in login(Role.PMO, language=language).get("/timeline").text


def test_the_excel_file_has_the_rows_of_all_pages_with_real_dates(registry, login):
    answer = login(Role.PMO).get("/timeline/list.xlsx?level=all&programme=evg")
    rows = list(load_workbook(BytesIO(answer.data)).active.values)

    assert [row[2] for row in rows[1:]] == [
        "Evidence generation", "LUMEN registry", "Contract", "First patient", "Workflow study", "Data cut",
    ]  # fmt: skip
    patient = dict(zip(rows[0], rows[4], strict=True))
    assert (patient["Finish"], patient["Slip to baseline"], patient["Slip to commitment"]) == (datetime(2026, 5, 22), 52, 6)  # noqa: DTZ001


def test_the_excel_file_of_a_project_follows_its_folding(plan, registry, login):
    phase = next(task for task in plan if task.name == "Set-up phase")
    answer = login(Role.PMO).get(f"/projects/{registry.id}/timeline/list.xlsx?flip=t{phase.id}")
    names = [row[2] for row in load_workbook(BytesIO(answer.data)).active.values]
    assert names == ["Name", "LUMEN registry", "Set-up phase", "Enrolment", "Contract"]
