"""The timeline as people use it: rows, folding, filters, pages, panel, earlier moments; complete without script."""

from datetime import date

import pytest

from pmo.kernel.permissions import Role
from tests.conftest import HTMX

PANEL = HTMX | {"HX-Target": "panel"}


@pytest.fixture
def registry(make):
    """A programme with one project that slips, and one beside it."""
    programme = make.programme(name="Evidence generation", code="EVG")
    project = make.project(programme, code="EVG-03", name="LUMEN registry")
    make.milestone(project, name="Contract", baseline=date(2026, 2, 2), forecast=date(2026, 2, 2), actual=date(2026, 2, 4))
    make.milestone(
        project,
        name="First patient",
        baseline=date(2026, 3, 31),
        commitment=date(2026, 5, 4),
        forecast=date(2026, 5, 22),
        is_gate=True,
    )
    make.milestone(make.project(programme, code="EVG-05", name="Workflow study"), name="Data cut", forecast=date(2026, 4, 17))
    return project


def test_the_portfolio_shows_programmes_and_projects_and_folds_milestones_into_their_bars(registry, login):
    page = login(Role.PMO).get("/timeline").text

    assert page.count("data-row") == 3
    assert "First patient" not in page.split('class="gantt-list"')[0]
    assert 'class="gm gm-done"' in page
    assert "EVG-03" in page
