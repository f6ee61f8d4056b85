"""What of a mail is the answer, and what it becomes."""

import pytest

from pmo.inbox.logic.answers import Part, parts, written
from pmo.raid.logic import RaidType


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Fine.", "Fine."),
        ("Fine.\n\nOn Mon, 16 Mar 2026 at 08:00, pmo <pmo@example.org> wrote:\n> old\n>> older", "Fine."),
        ("Fine.\n\nOn Mon, 16 Mar 2026 at 08:00, pmo server\n<pmo@example.org> wrote:\n\n> old", "Fine."),
        ("Fine.\n\nLe lun. 16 mars 2026 à 09:00, pmo <pmo@example.org> a écrit :\n> ancien", "Fine."),
        ("Fine.\n\nOp ma 16 mrt 2026 om 09:00 schreef pmo <pmo@example.org>:\nhet oude zonder tekens", "Fine."),
        ("On x, pmo <pmo@example.org> wrote:\n> asked\n\nFine, below.", "Fine, below."),
        ("Fine.\n\nVan: pmo <pmo@example.org>\nVerzonden: maandag\nAan: Nele\n\noud", "Fine."),
        ("Fine.\n\nDe : pmo <pmo@example.org>\nEnvoyé : lundi\n\nancien", "Fine."),
        ("Fine.\n________________________________\nold", "Fine."),
        ("Fine.\n-----Message d'origine-----\nancien", "Fine."),
        ("Fine.\n-- \nNele Verbeke", "Fine."),
        ("Fine.\n\nEnvoyé de mon iPhone", "Fine."),
        ("- first\n- second\nFrom: here on it is better", "- first\n- second\nFrom: here on it is better"),
        ("On time. They wrote:\nnothing", "On time. They wrote:\nnothing"),
        ("> only\n> quoted", ""),
    ],
)
def test_quotes_and_signatures_are_cut_off(text, answer):
    assert written(text) == answer


@pytest.mark.parametrize(
    ("subject", "text", "found"),
    [
        ("Re: pmo: an update is asked", "All fine", [Part("", "All fine")]),
        ("Re: pmo: an update is asked", "", []),
        ("Re: pmo", "RISK : late", [Part("", "", RaidType.RISK, "late")]),
        ("Antw: RE: afhankelijkheid: van IT", "", [Part("", "", RaidType.DEPENDENCY, "van IT")]),
        ("Re: issue:", "No server\nsince May", [Part("", "since May", RaidType.ISSUE, "No server")]),
        ("Re: PAC-01: risque : retard", "Deux semaines", [Part("PAC-01", "Deux semaines", RaidType.RISK, "retard")]),
        ("Re: pmo", "pac-01 – fine", [Part("PAC-01", "fine")]),
        ("Re: pmo", "The risk: nobody knows it", [Part("", "The risk: nobody knows it")]),
        ("Re: pmo", "PAC-01: a\nPAC-0: b", [Part("PAC-01", "a"), Part("PAC-0", "b")]),
        ("Re: risk: x", "PAC-01: a\nPAC-0: b", [Part("PAC-01", "a"), Part("PAC-0", "b")]),
    ],
)
def test_the_code_says_of_which_project_and_the_first_word_what(subject, text, found):
    assert parts(subject, text, ["PAC-0", "PAC-01"]) == found


def test_a_title_too_long_for_one_stands_whole_in_the_description():
    [part] = parts("", f"risk: {'word ' * 100}\nmore", [])

    assert (len(part.title), part.title[-1], part.text) == (300, "…", f"{('word ' * 100).strip()}\n\nmore")
