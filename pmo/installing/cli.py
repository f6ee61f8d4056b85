"""`pmo init`: asks on a terminal, or takes options; looks before it writes; run twice, it changes nothing."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import click

from pmo import config, keeping, opening
from pmo.config import Settings, from_environment
from pmo.console import Complaint
from pmo.installing import answers, steps
from pmo.installing.answers import Answers, Question
from pmo.installing.steps import First
from pmo.kernel.permissions import Role
from pmo.people.actions import SHORTEST_PASSWORD

QUESTIONS = (
    answers.NAME, answers.EMAIL, *answers.HOUSE, answers.SMTP_HOST, *answers.MAIL, answers.DATABASE, answers.OWNER,
)  # fmt: skip
Flags = Mapping[str, Any]


def with_questions(command: Callable[..., None]) -> Callable[..., None]:
    """Each question is an option too."""
    for one in reversed(QUESTIONS):
        default = f" [{one.default}]" if one.default else ""
        command = click.option(one.option, default="", help=f"{one.words}.{default}")(command)
    return command


@click.command()
@with_questions
@click.option("--language", type=click.Choice(config.LANGUAGES), help="Language of the administrator; the first of --languages.")
@click.option("--administrator-only", is_flag=True, help="Not also the role PMO, which a small house's first person needs.")
@click.option("--password-stdin", is_flag=True, help="The administrator's password is the first line of the input.")
@click.option("--make-password", is_flag=True, help="Make a first password and show it once; it has to be changed.")
@click.option("--smtp-password-stdin", is_flag=True, help="The mail server's password is the (next) line of the input.")
@click.option("--no-mail", is_flag=True, help="No mail leaves this server.")
@click.option("--test-mail", default="", help="Send a test mail to this address, also when nothing changes.")
@click.option("--no-test-mail", is_flag=True, help="Do not try the mail server.")
@click.option("--non-interactive", is_flag=True, help="Ask nothing: fail with one sentence that names what is missing.")
def init(**flags: Any) -> None:
    """Set up a new installation: database, settings, mail, first administrator."""
    given = {one.option: str(flags[one.option[2:].replace("-", "_")]) for one in QUESTIONS}
    is_asked = sys.stdin.isatty() and not (flags["non_interactive"] or flags["password_stdin"] or flags["smtp_password_stdin"])
    known = config.complete_environment() | ({"PMO_SMTP_HOST": ""} if flags["no_mail"] else {})
    asking = Answers(known, given, ask if is_asked else None)
    where = {one.setting: asking.to(one) for one in database_questions(asking)}
    before = from_environment(known | where)
    there = steps.administrators(before) if before.database_url or (before.data_dir / "pg").exists() else []
    refuse_another_administrator(given[answers.EMAIL.option].strip().lower(), there)
    refuse_what_is_missing(asking, flags, is_first=not there)
    values = where | {one.setting: asking.to(one) for one in answers.HOUSE} | mail_answers(asking, flags)
    first = None if there else first_administrator(asking, flags, values["PMO_LANGUAGES"].split(",")[0])
    set_up({name: value for name, value in values.items() if value or name == "PMO_SMTP_HOST"}, first, flags, there)


def database_questions(asking: Answers) -> list[Question]:
    """An embedded database that is there already answers for itself."""
    if asking.ask and not asking.there(answers.DATABASE) and (from_environment(dict(asking.known)).data_dir / "pg").exists():
        return []
    return [answers.DATABASE, *([answers.OWNER] if asking.ask is None or asking.there(answers.DATABASE) else [])]


def refuse_another_administrator(email: str, there: list[str]) -> None:
    if there and email and email not in there:
        raise Complaint(f"There is an administrator already, {there[0]}: others are added by them, or by pmo user add.")


def refuse_what_is_missing(asking: Answers, flags: Flags, *, is_first: bool) -> None:
    """All of it in one sentence."""
    missing = asking.missing(*answers.HOUSE, *((answers.NAME, answers.EMAIL) if is_first else ()))
    if asking.ask is None and "PMO_SMTP_HOST" not in asking.known and not asking.there(answers.SMTP_HOST):
        missing.append("--smtp-host (or --no-mail)")
    if asking.there(answers.SMTP_HOST):
        missing += asking.missing(answers.SMTP_FROM)
    if asking.ask is None and is_first and not (flags["password_stdin"] or flags["make_password"]):
        missing.append("--password-stdin (or --make-password)")
    if missing:
        raise Complaint(f"Missing: {', '.join(missing)}.")


def mail_answers(asking: Answers, flags: Flags) -> dict[str, str]:
    """Nothing but an empty host when no mail is wanted."""
    host = "" if flags["no_mail"] else asking.to(answers.SMTP_HOST)
    if not host:
        return {"PMO_SMTP_HOST": ""}
    found = {"PMO_SMTP_HOST": host} | {one.setting: asking.to(one) for one in answers.MAIL}
    password = asking.known.get("PMO_SMTP_PASSWORD", "")
    if flags["smtp_password_stdin"] and not flags["password_stdin"]:
        password = line_of_the_input()
    elif found["PMO_SMTP_USER"] and not password and asking.ask:
        password = str(click.prompt("Its password", hide_input=True, default="", show_default=False, err=True))
    return found | ({"PMO_SMTP_PASSWORD": password} if password else {})


def first_administrator(asking: Answers, flags: Flags, language: str) -> First:
    return First(
        email=asking.to(answers.EMAIL).lower(),
        name=asking.to(answers.NAME),
        language=flags["language"] or language,
        roles=[Role.ADMINISTRATOR] if flags["administrator_only"] else [Role.ADMINISTRATOR, Role.PMO],
        password=a_password(asking, flags),
    )


def a_password(asking: Answers, flags: Flags) -> str:
    """Typed twice, or read; nothing when one is to be made."""
    if flags["make_password"]:
        return ""
    if flags["password_stdin"]:
        return long_enough(line_of_the_input())
    while asking.ask:
        typed = click.prompt(
            "Password (empty: one is made, and shown once)", hide_input=True, default="", show_default=False, err=True
        )
        if not typed or (len(typed) >= SHORTEST_PASSWORD and typed == click.prompt("The same again", hide_input=True, err=True)):
            return str(typed)
        click.echo(f"Use at least {SHORTEST_PASSWORD} characters, twice the same.", err=True)
    return ""


def long_enough(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise Complaint(f"The password needs at least {SHORTEST_PASSWORD} characters.")
    return password


def line_of_the_input() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def ask(question: Question, problem: str) -> str:
    """On stderr, so that what was done can be kept as a record."""
    if problem:
        click.echo(problem, err=True)
    default = question.default if question.default else ""
    return str(click.prompt(question.words, default=default, show_default=bool(default), err=True))


def set_up(values: Mapping[str, str], first: First | None, flags: Flags, there: list[str]) -> None:
    """What could fail for a reason outside comes before anything is written."""
    wins = keeping.overruled(values)
    if wins:
        raise Complaint(f"The environment says otherwise for {', '.join(wins)}, and it wins: unset it, or leave the option out.")
    settings = from_environment(config.complete_environment() | dict(values))
    with opening.database(settings) as opened:
        steps.database(opened)
        known = config.complete_environment()
        is_other_mail = any(value != known.get(name, "") for name, value in values.items() if name.startswith("PMO_SMTP_"))
        to = flags["test_mail"] or (first.email if first else there[0] if is_other_mail else "")
        if opened.smtp.host and to and not flags["no_test_mail"]:
            steps.mail(to, first.language if first else opened.languages[0], opened)
        changed = steps.keep({name: value for name, value in values.items() if not keeping.is_in_the_environment(name)})
        if from_outside := [name for name in values if keeping.is_in_the_environment(name)]:
            steps.say(steps.NOTE, f"from the environment, and not kept: {', '.join(sorted(from_outside))}")
        changed = steps.tables(opened) or changed
        if first:
            steps.administrator(first, opened)
        else:
            steps.say(steps.AS_BEFORE, f"administrator: {', '.join(there)}")
    say_what_comes_next(settings, changed=changed or first is not None)


def say_what_comes_next(settings: Settings, *, changed: bool) -> None:
    if not changed:
        click.echo("Everything was set up already: nothing was changed.")
        return
    if not settings.smtp.host:
        steps.say(steps.NOTE, "no mail leaves this server: findings wait in the inbox (pmo init --smtp-host ...)")
    click.echo(f"Next: pmo serve and pmo worker, then sign in at {settings.base_url}/sign-in; pmo check looks at everything.")
