"""The rules as administrators lay them down and auditors read them."""

import csv
from io import BytesIO

import pytest
from openpyxl import load_workbook

from pmo.kernel.permissions import Role
from pmo.rules import actions, queries
from pmo.rules.sources import KNOWN
from tests.conftest import HTMX

CODE = "milestone.slip_to_baseline.amber"
URL = f"/rules/{CODE}"
TYPED = {"value": "6", "valid_from": "2026-05-01", "reason": "Committee, 24 Feb", "version": "1"}


def test_the_list_says_every_rule_in_words_with_its_source(login):
    page = login(Role.AUDITOR).get("/rules").text

    assert all(words in page for words in ("Milestone after its baseline: amber from", "8 calendar days", "5 %", "House default"))


def test_an_administrator_lays_down_a_new_value_and_sees_the_old_one_end(login):
    client = login(Role.ADMINISTRATOR)

    answer = client.post(URL, data=TYPED, headers=HTMX)

    assert answer.status_code == 200
    assert all(
        words in answer.text for words in ("6 calendar days", "from 1 May 2026", "until 30 Apr 2026", "Planned", "laid down")
    )
    assert answer.headers["HX-Trigger"] == "rules-changed"
    assert "6 calendar days from 1 May 2026" in client.get("/rules").text


def test_without_script_saving_leads_back_to_the_rule(login):
    answer = login(Role.ADMINISTRATOR).post(URL, data=TYPED)

    assert (answer.status_code, answer.location) == (303, URL)


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"value": "many"}, 422, "Enter a number such as 1250.50."),
        ({"value": "6.5"}, 422, "Enter a whole number."),
        ({"value": "31"}, 422, "Amber begins before red, which is at 31."),
        ({"value": "5000"}, 422, "At most 3,660."),
        ({"valid_from": "2026-03-11"}, 422, "The past is not changed: choose today or a later day."),
        ({"valid_from": "soon"}, 422, "Enter a date such as 2026-03-31."),
        ({"reason": " "}, 422, "Say why, and who decided it."),
        ({"version": "7"}, 409, "Somebody else changed this rule while you were looking at it."),
    ],
)
def test_a_refused_value_keeps_what_was_typed_and_changes_nothing(login, change, status, sentence):
    typed = TYPED | change

    answer = login(Role.ADMINISTRATOR).post(URL, data=typed, headers=HTMX)

    assert answer.status_code == status
    assert sentence in answer.text
    assert f'value="{typed["value"]}"' in answer.text
    assert [rule.version for rule in queries.values_of(CODE)] == [1]


@pytest.mark.parametrize(
    ("role", "reads", "writes"), [(Role.AUDITOR, 200, 403), (Role.PMO, 200, 403), (Role.PROJECT_MANAGER, 404, 404)]
)
def test_only_administrators_lay_down_rules(login, role, reads, writes):
    client = login(role)

    assert {client.get(url).status_code for url in ("/rules", URL, "/rules/list.xlsx")} == {reads}
    assert client.post(URL, data=TYPED).status_code == writes
    assert ("Lay down this value" in client.get(URL).text) is False


def test_an_unknown_rule_is_not_found(login):
    assert login(Role.ADMINISTRATOR).get("/rules/no.such.rule").status_code == 404


def test_the_file_has_every_value(login):
    answer = login(Role.AUDITOR).get("/rules/list.xlsx")
    rows = list(load_workbook(BytesIO(answer.data)).active.iter_rows(values_only=True))

    assert len(rows) == len(queries.entries()) + 1
    assert rows[1][1:4] == ("access.review_every", 180, "calendar days")


def test_where_a_shipped_value_comes_from_is_said_in_the_readers_language(login):
    page = login(Role.ADMINISTRATOR, language="nl").get("/rules").text

    assert "Standaard van het huis: een week afwijking is normaal" in page
    assert "House default" not in page


def test_every_shipped_source_can_be_translated():
    with actions.SHIPPED.open() as table:
        assert {row["source"] for row in csv.DictReader(table)} <= set(KNOWN)
