"""Values collected from people: asked for a closed period, given once, missing where nobody answered."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from pmo.db import db, transaction
from pmo.indicators import actions, links
from pmo.indicators.actions import Answer, Definition, Giver, Supplier
from pmo.indicators.definition_views import house
from pmo.indicators.jobs import close
from pmo.indicators.logic.definition import Combine, Direction, Limits, Source, Via
from pmo.indicators.models import CollectLink, Measurement
from pmo.kernel import clock
from pmo.kernel.errors import Conflict, Invalid
from pmo.kernel.permissions import Role
from pmo.people.actions import token_digest
from tests.conftest import TODAY, key_of

LIMITS = Limits(Direction.UP, Decimal(90), Decimal(85), Decimal(70))


@pytest.fixture
def portfolio(make):
    return make.portfolio(name="Oncology")


@pytest.fixture
def enrolment(make, portfolio):
    """Asked of somebody of the house and of a contractor without account, for February 2026."""
    inside = make.person("Sofie Korhonen")
    definition = Definition("Patients enrolled", Source.COLLECTED, LIMITS, combine=Combine.SUM, unit="%", owner_id=inside.id)
    with transaction("test"):
        made = actions.define(portfolio.place, definition)
        actions.add_part(made, Supplier(person_id=inside.id, name="Tampere"), house("BE"))
        outside = Supplier(supplier="Fjord Data AS", email="data@fjord.example", name="Bergen", language="fr")
        actions.add_part(made, outside, house("BE"))
    return made


def asked(indicator, part: str, period=date(2026, 2, 1)) -> Measurement:
    rows = db.session.scalars(select(Measurement).where(Measurement.indicator_id == indicator.id, Measurement.period == period))
    return next(row for row in rows if row.part and row.part.name == part)


def token_for(measurement) -> str:
    with transaction("test"):
        return links.make_link(measurement, days=30)


def test_the_last_closed_month_is_asked_for_with_a_due_day(enrolment):
    bergen = asked(enrolment, "Bergen")

    assert (bergen.period, bergen.asked_on, bergen.due) == (date(2026, 2, 1), TODAY, date(2026, 3, 6))
    assert (bergen.value, bergen.given_at) == (None, None)


def test_asking_again_asks_nobody_twice(enrolment):
    close()
    close()

    assert len(db.session.scalars(select(Measurement)).all()) == 2


def test_a_contractor_gives_a_value_once_by_link_and_the_link_dies(app, enrolment):
    token, client = token_for(asked(enrolment, "Bergen")), app.test_client()

    form = client.get(f"/give/{token}?lang=en")
    sent = client.post(f"/give/{token}", data={"value": "79", "remark": "one site late"})
    again = app.test_client().post(f"/give/{token}", data={"value": "12"})

    assert (form.status_code, sent.status_code, again.status_code) == (200, 303, 410)
    assert "Patients enrolled, Bergen, February 2026" in form.text
    assert "worked once and is closed" in again.text
    bergen = asked(enrolment, "Bergen")
    assert (bergen.value, bergen.via, bergen.given_by, bergen.remark) == (Decimal(79), Via.LINK, "Fjord Data AS", "one site late")


def test_the_link_is_kept_by_its_digest_only(enrolment):
    token = token_for(asked(enrolment, "Bergen"))

    [kept] = db.session.scalars(select(CollectLink))

    assert kept.token_digest == token_digest(token)
    assert token.encode() not in kept.token_digest


def test_the_page_speaks_the_language_of_the_supplier_or_the_one_chosen(app, enrolment):
    token, client = token_for(asked(enrolment, "Bergen")), app.test_client()

    french, dutch = client.get(f"/give/{token}").text, client.get(f"/give/{token}?lang=nl").text

    assert ('lang="fr"' in french[:200], "février 2026" in french) == (True, True)
    assert ('lang="nl"' in dutch[:200], "februari 2026" in dutch) == (True, True)


def test_the_page_leads_nowhere_else(app, enrolment):
    text = app.test_client().get(f"/give/{token_for(asked(enrolment, 'Bergen'))}?lang=en").text

    assert set(re.findall(r'<a[^>]* href="(/[^"/?]*)', text)) == {"/give"}
    assert "Tampere" not in text


def test_the_link_of_the_first_mail_still_works_after_the_reminder_until_the_answer(app, enrolment):
    bergen, client = asked(enrolment, "Bergen"), app.test_client()
    first, second = token_for(bergen), token_for(bergen)

    before = [client.get(f"/give/{token}").status_code for token in (first, second)]
    client.post(f"/give/{first}", data={"value": "79"})

    assert (before, client.get(f"/give/{second}").status_code) == ([200, 200], 410)


def test_a_link_made_by_the_pmo_ends_those_before_it_and_time_ends_it(app, login, enrolment):
    bergen, client = asked(enrolment, "Bergen"), app.test_client()
    first = token_for(bergen)

    made = login(Role.PMO).post(f"/indicators/measurements/{bergen.id}/link")
    second = re.search(r"http://localhost/give/([\w-]+)", made.text)[1]

    assert [client.get(f"/give/{token}").status_code for token in (first, second)] == [410, 200]
    with transaction("test"):
        db.session.scalars(select(CollectLink).order_by(CollectLink.id.desc())).first().expires_at = clock.machine_now()
    assert client.get(f"/give/{second}").status_code == 410


def test_made_up_links_are_throttled(app, enrolment):
    client = app.test_client()

    codes = [client.get(f"/give/guess{number}").status_code for number in range(30)]

    assert (codes[0], codes[-1]) == (410, 429)


def test_by_link_a_bad_value_keeps_what_was_typed_and_the_link(app, enrolment):
    token, client = token_for(asked(enrolment, "Bergen")), app.test_client()

    refused = client.post(f"/give/{token}?lang=en", data={"value": "many", "remark": "kept words"})
    nothing = client.post(f"/give/{token}?lang=en", data={})

    assert (refused.status_code, nothing.status_code) == (422, 422)
    assert "kept words" in refused.text
    assert 'value="many"' in refused.text
    assert "Enter a value, or say in the remark why there is none." in nothing.text
    assert client.get(f"/give/{token}").status_code == 200


def test_no_value_with_a_reason_is_an_answer_and_stays_missing(app, enrolment):
    token = token_for(asked(enrolment, "Bergen"))

    app.test_client().post(f"/give/{token}", data={"remark": "the site was closed"})

    bergen = asked(enrolment, "Bergen")
    assert (bergen.value, bergen.remark, bergen.given_at is not None) == (None, "the site was closed", True)


def test_a_missing_month_is_shown_as_missing_and_counted(login, enrolment):
    with transaction("test"):
        actions.give(asked(enrolment, "Tampere"), Answer(Decimal(58)), Giver("Sofie Korhonen", Via.TYPED))

    client = login(Role.PMO)
    overview, page = client.get("/indicators").text, client.get(f"/indicators/{enrolment.id}").text
    collection = client.get("/indicators/collection").text
    told = client.get(f"/api/v1/indicators/{enrolment.id}", headers=key_of(client)).json["measurements"]

    assert all("1 of 2 received" in text for text in (overview, page, collection))
    assert '<span class="miss">missing</span>' in overview
    assert "no total" in collection
    assert [(point["period"], point["value"], point["received"], point["expected"]) for point in told] == [
        ("2026-02-01", None, 1, 2)
    ]


def test_with_every_part_there_the_total_is_known_and_marked(app, login, enrolment):
    with transaction("test"):
        actions.give(asked(enrolment, "Tampere"), Answer(Decimal(58)), Giver("Sofie Korhonen", Via.TYPED))
        actions.give(asked(enrolment, "Bergen"), Answer(Decimal(30), is_estimated=True), Giver("Fjord Data AS", Via.LINK))

    page = login(Role.PMO).get(f"/indicators/{enrolment.id}").text

    assert "<b>88\N{NO-BREAK SPACE}%</b>" in page
    assert ("estimated" in page, "late" in page) == (True, True)  # 12 March is after the 6th


def test_who_is_asked_gives_the_value_inside_and_nobody_else_sees_the_form(login, enrolment):
    tampere = asked(enrolment, "Tampere")
    theirs, stranger = login(tampere.part.person), login()
    address = f"/indicators/measurements/{tampere.id}"

    assert (theirs.get(address).status_code, stranger.get(address).status_code) == (200, 404)
    assert theirs.post(address, data={"value": "58,5"}).status_code == 303
    again = theirs.post(address, data={"value": "60"})

    assert (again.status_code, "This was answered already." in again.text) == (409, True)
    assert (asked(enrolment, "Tampere").value, asked(enrolment, "Tampere").given_by) == (Decimal("58.5"), "Sofie Korhonen")


def test_a_correction_needs_a_reason_and_keeps_who_gave_the_first_value(login, enrolment):
    with transaction("test"):
        actions.give(asked(enrolment, "Tampere"), Answer(Decimal(58)), Giver("Sofie Korhonen", Via.TYPED))
    tampere, client = asked(enrolment, "Tampere"), login(Role.PMO)
    address, version = f"/indicators/measurements/{tampere.id}/correct", tampere.version

    without = client.post(address, data={"value": "59", "version": version})
    stale = client.post(address, data={"value": "59", "reason": "counted twice", "version": version - 1})
    corrected = client.post(address, data={"value": "59", "reason": "counted twice", "version": version})

    assert (without.status_code, stale.status_code, corrected.status_code) == (422, 409, 303)
    assert "Say why the value is corrected." in without.text
    tampere = asked(enrolment, "Tampere")
    assert (tampere.value, tampere.given_by, tampere.correction) == (Decimal(59), "Sofie Korhonen", "counted twice")
    assert "counted twice" in client.get(f"/history/measurement/{tampere.id}").text


def test_only_the_pmo_corrects(login, enrolment):
    tampere = asked(enrolment, "Tampere")
    address = f"/indicators/measurements/{tampere.id}/correct"

    answers = [login(who).post(address, data={"value": "1", "reason": "x"}).status_code for who in (Role.AUDITOR, Role.FINANCE)]

    assert (answers, login().post(address).status_code) == ([403, 403], 404)


def test_the_pmo_makes_a_link_that_is_shown_once(app, login, enrolment):
    bergen, client = asked(enrolment, "Bergen"), login(Role.PMO)

    made = client.post(f"/indicators/measurements/{bergen.id}/link")
    path = re.search(r"http://localhost(/give/[\w-]+)", made.text)[1]

    assert app.test_client().get(path).status_code == 200
    assert path not in client.get(f"/indicators/measurements/{bergen.id}").text


def test_a_supplier_who_is_not_asked_any_more_has_no_link(app, login, enrolment):
    bergen = asked(enrolment, "Bergen")
    token = token_for(bergen)

    login(Role.PMO).post(f"/indicators/parts/{bergen.part_id}/end")

    assert app.test_client().get(f"/give/{token}").status_code == 410


def test_a_survey_takes_one_answer_from_1_to_5_per_person(app, make, portfolio):
    with transaction("test"):
        survey = actions.define(portfolio.place, Definition("Satisfaction", Source.SURVEY, Limits(Direction.UP, Decimal(4))))
        for number in (1, 2, 3):
            actions.add_part(survey, Supplier(supplier=f"Guest {number}", email=f"guest{number}@example.org"), house("BE"))
    rows = db.session.scalars(select(Measurement).order_by(Measurement.id)).all()
    tokens = [token_for(row) for row in rows]

    six = app.test_client().post(f"/give/{tokens[0]}?lang=en", data={"value": "6"})
    codes = [
        app.test_client().post(f"/give/{token}", data={"value": value}).status_code
        for token, value in zip(tokens[:2], "54", strict=True)
    ]

    assert (six.status_code, "Choose a number from 1 to 5." in six.text, codes) == (422, True, [303, 303])
    with pytest.raises(Invalid), transaction("test"):
        actions.add_part(survey, Supplier(supplier="Again", email="guest1@example.org"), house("BE"))


def test_each_month_is_asked_for_when_it_is_closed(enrolment):
    with clock.pretend(datetime(2026, 4, 2, 8, tzinfo=UTC)):
        close()

    march = asked(enrolment, "Bergen", date(2026, 3, 1))
    assert (march.due, march.asked_on) == (date(2026, 4, 8), date(2026, 4, 2))  # five working days, Easter Monday is none


def test_a_value_given_twice_at_once_is_refused(enrolment):
    with transaction("test"):
        actions.give(asked(enrolment, "Bergen"), Answer(Decimal(1)), Giver("x", Via.LINK))

    with pytest.raises(Conflict), transaction("test"):
        actions.give(asked(enrolment, "Bergen"), Answer(Decimal(2)), Giver("x", Via.LINK))


def test_the_past_shows_what_was_there_then(login, enrolment):
    later = clock.now() + timedelta(hours=2)
    with transaction("test", effective_at=later):
        actions.give(asked(enrolment, "Tampere"), Answer(Decimal(58)), Giver("Sofie Korhonen", Via.TYPED))
    client = login(Role.PMO)

    before = client.get(f"/api/v1/indicators/{enrolment.id}?as_of={TODAY}T10:00:00%2B01:00", headers=key_of(client))
    with clock.pretend(later + timedelta(hours=1)):
        now = client.get(f"/api/v1/indicators/{enrolment.id}", headers=key_of(client))

    assert [answer.json["measurements"][0]["received"] for answer in (before, now)] == [0, 1]


def test_who_gives_a_value_reads_the_question_asked_and_not_what_the_indicator_answers(app, login, enrolment):
    with transaction("test"):
        enrolment.question, enrolment.ask = "Do we recruit as promised?", "How many patients are in your registry?"
    token, tampere = token_for(asked(enrolment, "Bergen")), asked(enrolment, "Tampere")

    outside = app.test_client().get(f"/give/{token}?lang=en").text
    inside = login(tampere.part.person).get(f"/indicators/measurements/{tampere.id}").text

    for page in (outside, inside):
        assert ("How many patients are in your registry?" in page, "Do we recruit as promised?" in page) == (True, False)


def test_without_a_question_of_its_own_only_the_value_is_asked_and_a_survey_asks_what_it_answers(app, portfolio, enrolment):
    with transaction("test"):
        enrolment.question = "Do we recruit as promised?"
        limits = Limits(Direction.UP, Decimal(4))
        survey = actions.define(portfolio.place, Definition("Satisfaction", Source.SURVEY, limits, question="How was it?"))
        actions.add_part(survey, Supplier(supplier="Guest", email="guest@example.org"), house("BE"))
    tokens = [token_for(row) for row in db.session.scalars(select(Measurement).order_by(Measurement.id)) if row.part.email]

    collected, surveyed = (app.test_client().get(f"/give/{token}?lang=en").text for token in tokens)

    assert ("Value in %" in collected, "Do we recruit as promised?" in collected) == (True, False)
    assert ("How was it?" in surveyed, "From 1, very poor, to 5, very good" in surveyed) == (True, True)
