"""Three projects of one manager, three dates each, no word for weeks: `python -m tests.journeys.weekly`."""

from datetime import UTC, date, datetime

from pmo.app import create_app
from pmo.config import from_environment
from pmo.db import db, read_test_clock, transaction
from pmo.kernel.permissions import Role
from pmo.rules import actions as rules
from tests.factories import Make

MANAGER, PMO, PASSWORD = "nele.verbeke@example.org", "els.wauters@example.org", "a sentence to remember"
LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)
PLAN = {
    "PAC-01": ("Ethics committee opinion", "Depot ready", "First patient order"),
    "PAC-02": ("Portal accepted", "Translations checked", "Desk opens"),
    "PAC-03": ("Protocol signed", "Two hospitals contracted", "First delivery"),
}


def main() -> None:
    app = create_app(from_environment())
    with app.app_context():
        read_test_clock()
        with transaction("rules"):
            rules.load()
        build(Make())
        db.session.remove()


def build(make: Make) -> None:
    make.person("Els Wauters", email=PMO, password=PASSWORD, role=Role.PMO)
    manager = make.person("Nele Verbeke", email=MANAGER)
    programme = make.programme(make.portfolio(code="BX", effective_at=LONG_AGO), code="PAC", effective_at=LONG_AGO)
    for code, names in PLAN.items():
        project = make.project(programme, code=code, name=f"Project {code}", manager_id=manager.id, effective_at=LONG_AGO)
        make.grant(manager, Role.PROJECT_MANAGER, project)
        make.status_update(
            project, done="As planned.", overall="amber", scope="green", period_end=date(2026, 2, 1),
            stated_at=datetime(2026, 2, 1, 9, tzinfo=UTC), effective_at=datetime(2026, 2, 1, 9, tzinfo=UTC),
        )  # fmt: skip
        for number, name in enumerate(names):
            day = date(2026, 3, 16 + 7 * number) if number < 2 else date(2026, 5, 4)
            make.milestone(project, code=f"M0{number + 1}", name=name, baseline=day, forecast=day, effective_at=LONG_AGO)


if __name__ == "__main__":
    main()
