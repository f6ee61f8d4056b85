"""What may be written down of a request, a statement, an error."""

import pytest

from pmo.watching.logic import failure, sane_id, shape


@pytest.mark.parametrize("given", ["3f2b8c1e9d7a4b60", "req-2026.03.12_1", "A" * 64])
def test_a_number_that_a_proxy_gave_is_kept(given):
    assert sane_id(given) == given


@pytest.mark.parametrize(
    "given", ["", "short", "A" * 65, "els.wauters@example.org", "a b c d e f g h", "12345678\nx: y", "<script>1"]
)
def test_anything_that_could_be_more_than_a_number_is_not(given):
    assert sane_id(given) == ""


@pytest.mark.parametrize(
    ("statement", "kept"),
    [
        ("select a from t where a.x1 = 'Quagga''s' and b = 12.5", "select a from t where a.x1 = ? and b = ?"),
        ("select a\n  from t where b = %(b_1)s::VARCHAR", "select a from t where b = ?"),
        ("select a from t where b in (%(b_1)s, %(b_2)s, %(b_3)s)", "select a from t where b in (?…)"),
        ("insert into t (a, b) values (%(a__0)s, %(b__0)s), (%(a__1)s, %(b__1)s)", "insert into t (a, b) values (?…)"),
        ("do $$ begin perform 'Quagga'; end $$", "do ?"),
    ],
)
def test_a_statement_keeps_its_shape_and_loses_its_values(statement, kept):
    assert shape(statement) == kept


def test_an_error_is_its_type_and_the_last_line_of_ours_it_passed():
    try:
        sane_id(None)
    except TypeError as error:
        found = failure(error)

    assert (found.kind, found.place.rpartition(":")[0]) == ("TypeError", "pmo.watching.logic:sane_id")
