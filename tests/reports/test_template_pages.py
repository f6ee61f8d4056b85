"""Pages of a house's own Word templates: the list, a new one, its versions, whom it is given to, an edition in it."""

from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import select

from pmo.db import db, transaction
from pmo.kernel.permissions import Role
from pmo.reports import actions, template_queries
from pmo.reports.models import CommitteeTemplate, Edition, ReportTemplate, ReportTemplateVersion
from pmo.rules.models import Rule
from tests.reports.conftest import PUBLISHER
from tests.reports.publishing import publish
from tests.reports.word_templates import document, words

HOUSE = document("{{ headline }}", "{{ edition }}", "{{ data_hash }}")


def templates():
    db.session.expire_all()
    return [(one.name, one.versions) for one in db.session.scalars(select(ReportTemplate).order_by(ReportTemplate.id))]


def sent(content=HOUSE, name="house.docx", **typed):
    return {"file": (BytesIO(content), name), **typed}


def typed(world, name="Corporate"):
    return {"name": name, "portfolio_id": world.portfolio_id}


@pytest.fixture
def pmo(login, world):
    return login((Role.PMO, world.portfolio))


@pytest.fixture
def reader(login, world):
    return login((Role.COMMITTEE, world.portfolio))


@pytest.fixture
def stranger(login, make):
    return login((Role.PMO, make.portfolio(name="Elsewhere")))


def test_a_template_is_checked_added_and_shown_with_what_it_uses(pmo, world):
    answer = pmo.post("/reports/templates/new", data=sent(name="Corporate.docx") | typed(world))

    page = pmo.get(answer.location).get_data(as_text=True)
    assert (answer.status_code, templates()) == (303, [("Corporate", 1)])
    assert [
        text in page for text in ("Corporate.docx", "version 1", "data_hash", "It does not say of which moment its data are.")
    ] == [True] * 4


def test_a_bad_template_keeps_the_form_and_lists_what_is_wrong_and_where(pmo, world):
    answer = pmo.post("/reports/templates/new", data=sent(document("{{ headlin }}", "{{ 7*7 }}")) | typed(world))

    page = answer.get_data(as_text=True)
    assert (answer.status_code, templates()) == (422, [])
    assert [
        text in page
        for text in ('value="Corporate"', "{{ 7*7 }}", "paragraph 2", "Did you mean headline?", "Code does not run in a template")
    ] == [True] * 5


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"file": (BytesIO(b""), "")}, "Choose a Word document (.docx)."),
        ({"file": (BytesIO(b"PK"), "house.docm")}, "This file holds macros"),
        ({"file": (BytesIO(b"PK"), "house.pdf")}, "This is no Word document."),
        ({"file": (BytesIO(b"PK"), "house\u202excod.docx")}, "The name of this file hides what it is."),
        ({"name": ""}, "Enter"),
    ],
)
def test_what_is_missing_or_no_template_is_said_beside_its_field(pmo, world, given, sentence):
    data = sent() | typed(world) | given

    answer = pmo.post("/reports/templates/new", data=data)

    assert (answer.status_code, sentence in answer.get_data(as_text=True), templates()) == (422, True, [])


def test_a_file_larger_than_the_rule_is_refused(pmo, world):
    with transaction("test"):
        rule = db.session.scalars(select(Rule).where(Rule.code == "template.file.most")).one()
        rule.value = 0

    answer = pmo.post("/reports/templates/new", data=sent() | typed(world))

    assert (answer.status_code, "This file is too large" in answer.get_data(as_text=True)) == (422, True)


def test_two_templates_of_a_portfolio_may_not_have_one_name(pmo, world, make):
    make.template(world.portfolio, "Corporate")

    answer = pmo.post("/reports/templates/new", data=sent() | typed(world, "corporate"))

    assert (answer.status_code, "Another template of this portfolio has this name." in answer.get_data(as_text=True)) == (
        422,
        True,
    )


def test_a_portfolio_of_others_takes_no_template(pmo, world, make):
    other = make.portfolio(name="Elsewhere")

    assert pmo.post("/reports/templates/new", data=sent() | {"name": "X", "portfolio_id": other.id}).status_code == 404
    assert templates() == []


def test_a_reader_may_look_and_fetch_and_may_not_change(reader, world, make):
    one = make.template(world.portfolio, "Corporate", HOUSE)
    urls = [f"/reports/templates/{one.id}{rest}" for rest in ("", "/archive", "/restore", "/committees")]

    answers = [reader.get("/reports/templates"), reader.get(urls[0]), reader.get(f"{urls[0]}/1/file.docx")]
    refused = [reader.post(url, data=sent()).status_code for url in urls] + [reader.get("/reports/templates/new").status_code]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert (answers[2].data, refused) == (HOUSE, [403] * 5)
    assert "New version" not in answers[1].get_data(as_text=True)


def test_a_stranger_does_not_know_that_it_exists(stranger, world, make):
    one = make.template(world.portfolio, "Corporate", HOUSE)

    answers = [
        stranger.get(f"/reports/templates/{one.id}{rest}").status_code for rest in ("", "/1/file.docx", "/1/en/trial.docx")
    ]
    changed = [
        stranger.post(f"/reports/templates/{one.id}{rest}", data=sent()).status_code for rest in ("", "/archive", "/committees")
    ]

    assert (answers, changed) == ([404] * 3, [404] * 3)
    assert "Corporate" not in stranger.get("/reports/templates").get_data(as_text=True)


def test_a_new_version_stands_beside_the_old_one(pmo, world, make):
    one = make.template(world.portfolio, "Corporate", HOUSE)
    newer = document("{{ headline }}", "{{ summary }}")

    answer = pmo.post(f"/reports/templates/{one.id}", data=sent(newer) | {"version": one.version})

    assert (answer.status_code, templates()) == (303, [("Corporate", 2)])
    assert [pmo.get(f"/reports/templates/{one.id}/{number}/file.docx").data for number in (1, 2)] == [HOUSE, newer]


def test_a_bad_version_is_refused_with_the_list_of_what_is_wrong(pmo, world, make):
    one = make.template(world.portfolio, "Corporate", HOUSE)

    answer = pmo.post(f"/reports/templates/{one.id}", data=sent(document("{{ titel }}")) | {"version": one.version})

    assert (answer.status_code, "titel" in answer.get_data(as_text=True), templates()) == (422, True, [("Corporate", 1)])


def test_a_stale_version_is_a_conflict(pmo, world, make):
    one = make.template(world.portfolio, "Corporate", HOUSE)
    seen, url = one.version, f"/reports/templates/{one.id}"
    make.template_version(one)

    answers = [pmo.post(f"{url}{rest}", data=sent() | {"version": seen}).status_code for rest in ("", "/committees")]

    assert (answers, templates()) == ([409, 409], [("Corporate", 2)])


def test_an_archived_template_is_not_offered_and_can_be_brought_back(pmo, world, make):
    one = make.template(world.portfolio, "Corporate", HOUSE)

    template_id, url = one.id, f"/reports/templates/{one.id}"

    archived = pmo.post(f"{url}/archive").status_code
    offered = template_queries.offered(world.portfolio_id)
    version = template_queries.template(template_id).version
    refused = pmo.post(url, data=sent() | {"version": version}).status_code
    restored = pmo.post(f"{url}/restore").status_code

    assert (archived, offered, refused, restored) == (303, [], 409, 303)
    assert [found.name for found in template_queries.offered(world.portfolio_id)] == ["Corporate"]


def test_a_template_is_given_to_a_committee_and_taken_back(pmo, world, make):
    one = make.template(world.portfolio, "Corporate", HOUSE)
    committee_id = world.subject.committee_id

    template_id, url = one.id, f"/reports/templates/{one.id}/committees"

    given = pmo.post(url, data={"version": one.version, "committee": committee_id})
    kept = [(row.committee_id, row.template_id) for row in db.session.scalars(select(CommitteeTemplate))]
    db.session.expire_all()
    pmo.post(url, data={"version": template_queries.template(template_id).version})

    db.session.expire_all()
    assert (given.status_code, kept) == (303, [(committee_id, template_id)])
    assert [row.template_id for row in db.session.scalars(select(CommitteeTemplate))] == [None]


def test_the_trial_shows_a_version_filled_with_the_invented_report(pmo, world, make):
    one = make.template(world.portfolio, "Corporate", HOUSE)

    answer = pmo.get(f"/reports/templates/{one.id}/1/fr/trial.docx")

    assert (answer.status_code, words(answer.data).splitlines()[0]) == (200, "Rouges : 2 projets sur 6")


def test_the_sample_and_the_names_are_there_for_everybody_who_reads_reports(reader):
    sample, names = reader.get("/reports/templates/sample.docx"), reader.get("/reports/templates/names").get_data(as_text=True)

    assert Document(BytesIO(sample.data)).paragraphs[1].text == "{{ name }}"
    assert [
        name in names for name in ("headline", "project.back_to_green", "chart_trend", "{%tr for project in projects %}")
    ] == [True] * 4


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_statements_for_one_and_for_three(pmo, world, make, statements, count):
    for number in range(count):
        make.template(world.portfolio, f"Template {number}", HOUSE)
    pmo.get("/reports/templates")
    statements.clear()

    page = pmo.get("/reports/templates").get_data(as_text=True)

    assert (page.count("data-row"), len(statements)) == (count, 4)


@pytest.mark.parametrize("count", [1, 3])
def test_one_template_takes_the_same_statements_for_one_and_for_three_versions(pmo, world, make, statements, count):
    one = make.template(world.portfolio, "Corporate", HOUSE)
    for _ in range(count - 1):
        make.template_version(one)
    url = f"/reports/templates/{one.id}"
    pmo.get(url)
    statements.clear()

    pmo.get(url)

    assert len(statements) == 8


def test_an_edition_is_filled_from_what_was_frozen_in_the_version_it_was_published_for(pmo, world, make):
    one = make.template(world.portfolio, "Corporate", HOUSE)
    version_id = template_queries.newest_of(one.id, world.portfolio_id)
    make.template_version(one, document("{{ summary }}"))
    edition_id = actions.publish(world.subject, PUBLISHER, template_version_id=version_id).id
    with transaction("test"):
        world.projects[0].name = "Renamed since"

    answer = pmo.get(f"/reports/{edition_id}/en/template.docx")
    page = pmo.get(f"/reports/{edition_id}").get_data(as_text=True)

    edition = db.session.get_one(Edition, edition_id)
    assert answer.status_code == 200
    assert words(answer.data).splitlines() == ["One of 3 projects is red", f"Edition {edition.title}", edition.content_sha256]
    assert Document(BytesIO(answer.data)).core_properties.comments.startswith("Template “Corporate”, version 1.")
    assert [text in page for text in ("“Corporate”, version 1:", "published for it")] == [True, True]


def test_an_edition_is_offered_in_every_template_of_its_portfolio(pmo, world, make):
    edition_id = actions.publish(world.subject, PUBLISHER).id
    one = make.template(world.portfolio, "Corporate", HOUSE)
    other = make.template(make.portfolio(name="Elsewhere"), "Foreign", HOUSE)

    page = pmo.get(f"/reports/{edition_id}").get_data(as_text=True)
    answers = [
        pmo.get(f"/reports/{edition_id}/nl/template.docx{asked}").status_code
        for asked in (f"?template={one.id}", f"?template={other.id}", "")
    ]

    assert ("Corporate" in page, "Foreign" in page, answers) == (True, False, [200, 404, 404])


def test_a_template_that_can_no_longer_be_filled_says_why(pmo, world, make):
    edition_id = actions.publish(world.subject, PUBLISHER).id
    one = make.template(world.portfolio, "Corporate", document("{{ a_name_of_long_ago }}"))

    answer = pmo.get(f"/reports/{edition_id}/en/template.docx?template={one.id}")

    page = answer.get_data(as_text=True)
    assert (answer.status_code, "The template “Corporate” cannot be filled with this edition." in page) == (409, True)
    assert "a_name_of_long_ago" in page


def test_giving_a_template_says_which_one_it_replaces_and_asks(pmo, world, make):
    old, new = make.template(world.portfolio, "Corporate", HOUSE), make.template(world.portfolio, "Short", HOUSE)
    make.save(CommitteeTemplate(committee_id=world.subject.committee_id, template_id=old.id))
    url, data = f"/reports/templates/{new.id}/committees", {"version": new.version, "committee": world.subject.committee_id}
    old_id, new_id = old.id, new.id

    asked = pmo.post(url, data=data)
    before = db.session.scalars(select(CommitteeTemplate.template_id)).all()
    answer = pmo.post(url, data=data | {"replace": "1"})

    page = asked.get_data(as_text=True)
    assert (asked.status_code, before, answer.status_code) == (422, [old_id], 303)
    assert "Management committee gets its reports in “Corporate” so far." in page
    assert f'value="{world.subject.committee_id}" checked' in page
    assert db.session.scalars(select(CommitteeTemplate.template_id)).all() == [new_id]


def test_publishing_for_a_committee_chooses_the_template_it_is_given(pmo, world, make):
    one = make.template(world.portfolio, "Corporate", HOUSE)
    make.save(CommitteeTemplate(committee_id=world.subject.committee_id, template_id=one.id))
    template_id, what = one.id, f"committee:{world.subject.committee_id}"

    page = pmo.get(f"/reports/new?what={what}").get_data(as_text=True)
    answer = publish(pmo, what=what, lang="en", key="a-key-of-its-own", template=template_id)

    edition = db.session.scalars(select(Edition)).one()
    assert f'<option value="{template_id}" selected>Corporate</option>' in page
    assert answer.status_code == 303
    assert db.session.get_one(ReportTemplateVersion, edition.template_version_id).template_id == template_id


def test_nothing_is_changed_while_looking_back(pmo, world, make):
    one = make.template(world.portfolio, "Corporate", HOUSE)

    answers = [
        pmo.post(f"/reports/templates/{one.id}{rest}?as_of=2026-03-11", data=sent()).status_code for rest in ("", "/archive")
    ]

    assert (answers, templates()) == ([403, 403], [("Corporate", 1)])
