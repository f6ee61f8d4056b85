"""What an administrator may write into PMO_* variables."""

import pytest

from pmo.config import BadSettings, from_environment
from pmo.jobs import conninfo


@pytest.mark.parametrize(
    ("given", "for_libpq"),
    [
        ("postgresql://pmo_app@one/pmo", "host=one dbname=pmo user=pmo_app"),
        ("postgres://pmo_app:p%40ss@one:5433/pmo", "host=one dbname=pmo user=pmo_app password=p@ss port=5433"),
        (
            "postgresql://pmo_app@one:5432,two:5433/pmo?target_session_attrs=read-write",
            "dbname=pmo user=pmo_app target_session_attrs=read-write host=one,two port=5432,5433",
        ),
        ("postgresql://pmo_app@/pmo?host=%2Ftmp%2Fpmo&port=5432", "dbname=pmo user=pmo_app host=/tmp/pmo port=5432"),
    ],
)
def test_an_address_means_the_same_to_the_pool_and_to_the_queue(given, for_libpq):
    settings = from_environment({"PMO_DATABASE_URL": given})

    assert conninfo(settings.database_url) == for_libpq
    assert settings.database_url.startswith("postgresql+psycopg://")


def test_a_word_is_one_of_a_list_whatever_its_case():
    settings = from_environment({"PMO_LOG": "Text", "PMO_LOG_LEVEL": "warning"})

    assert (settings.log, settings.log_level) == ("text", "WARNING")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PMO_LOG", "xml"),
        ("PMO_LOG_LEVEL", "loud"),
        ("PMO_SLOW_MS", "soon"),
        ("PMO_WEBHOOK_ATTEMPTS", "16"),
        ("PMO_WEBHOOK_ATTEMPTS", "0"),
    ],
)
def test_another_word_is_refused_with_a_sentence(name, value):
    with pytest.raises(BadSettings, match=f"{name} should be"):
        from_environment({name: value})


def test_secrets_do_not_stand_in_the_settings_as_text():
    settings = from_environment({"PMO_METRICS_TOKEN": "Quagga", "PMO_SECRET_KEY": "Quagga", "PMO_SMTP_PASSWORD": "Quagga"})

    assert "Quagga" not in repr(settings)
