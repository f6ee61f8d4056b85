"""Work of the alerts room: after a change, after an import, every night, every morning."""

from datetime import datetime

from flask import current_app
from procrastinate import RetryStrategy

from pmo.alerts import account_notes, actions, answering, asking, delivery, digest, queries
from pmo.config import Settings
from pmo.db import db, transaction
from pmo.jobs import app, defer
from pmo.raid.agreement_queries import tied_to

PATIENCE = RetryStrategy(max_attempts=12, exponential_wait=3, retry_exceptions={delivery.TryLater})


@app.task(name="alerts.evaluate")
def evaluate(project_id: int) -> None:
    """After a change of one project; what it promises or needs may concern others too."""
    with transaction("alerts"):
        actions.evaluate(tied_to(project_id), _settings().country)


@app.task(name="alerts.indicators")
def indicators(indicator_id: int | None = None) -> None:
    """After a value was given or corrected, a definition changed, or a period closed."""
    with transaction("alerts"):
        actions.evaluate_indicators(None if indicator_id is None else [indicator_id])


@app.task(name="alerts.evaluate_imported")
def evaluate_imported(portfolio_id: int) -> None:
    """After history was brought in: everything is found, nobody is written to."""
    run(portfolio_id, quiet=True)


@app.periodic(cron="30 4 * * *")
@app.task(name="alerts.nightly", queueing_lock="alerts.nightly")
def nightly(timestamp: int) -> None:
    """What became true by time alone."""
    run()


@app.periodic(cron="*/10 * * * *")
@app.task(name="alerts.morning", queueing_lock="alerts.morning")
def morning(timestamp: int) -> None:
    """Mails whose hour has come, and those a dead worker left behind."""
    write_digests()
    ask_for_values()
    with transaction("mail"):
        for mail_id in delivery.stranded():
            defer("alerts.mail", mail_id=mail_id)


@app.task(name="alerts.digest")
def write_digests() -> None:
    with transaction("mail"):
        digest.write_digests(_settings())


@app.task(name="alerts.ask_for_values")
def ask_for_values() -> None:
    """Values of indicators that nobody has given yet."""
    with transaction("mail"):
        asking.write_all(_settings())


@app.task(name="alerts.tell_answer")
def tell_answer(what: str, subject_id: int, by: int | None, at: str) -> None:
    """Who asked for something is written to: it was answered or decided."""
    with transaction("mail"):
        answering.tell(what, subject_id, by, datetime.fromisoformat(at), _settings())


@app.task(name="alerts.second_factor_removed")
def second_factor_removed(removal_id: int) -> None:
    with transaction("mail"):
        account_notes.tell_factor_removed(removal_id, _settings())


@app.task(name="alerts.mail", queue="mail", retry=PATIENCE)
def mail(mail_id: int) -> None:
    delivery.deliver(mail_id, _settings())


def run(portfolio_id: int | None = None, *, quiet: bool = False) -> actions.Outcome:
    """Every open project (of a portfolio), in portions that are committed one by one."""
    outcome, after = actions.Outcome(), 0
    while ids := queries.open_projects(after, portfolio_id=portfolio_id):
        with transaction("alerts"):
            outcome += actions.evaluate(ids, _settings().country, quiet=quiet)
        db.session.expunge_all()
        after = ids[-1]
    return outcome + _end_those_of_closed_projects() + _of_indicators()


def _end_those_of_closed_projects() -> actions.Outcome:
    with transaction("alerts"):
        return actions.end_findings_of_closed_projects()


def _of_indicators() -> actions.Outcome:
    with transaction("alerts"):
        return actions.evaluate_indicators()


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
