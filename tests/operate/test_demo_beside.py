"""A demo never meets an installation: not its folder, not its settings."""

import pytest

from pmo import settings_file
from pmo.config import from_environment
from pmo.console import Complaint
from pmo.supervisor import Demo, claim


@pytest.mark.parametrize("reset", [False, True])
def test_the_folder_of_an_installation_is_refused_and_left_as_it_is(tmp_path, reset):
    settings_file.write(tmp_path / "pmo.env", {"PMO_COUNTRY": "BE"})
    (tmp_path / "pg").mkdir()

    with pytest.raises(Complaint, match="holds an installation that pmo init has set up"):
        claim(tmp_path, reset)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["pg", "pmo.env"]


def test_its_processes_read_no_file_of_settings(tmp_path):
    class Listener:
        @staticmethod
        def getsockname():
            return ("127.0.0.1", 8000)

    demo = Demo(from_environment({"PMO_DATA_DIR": str(tmp_path)}), Listener())

    assert settings_file.completed({"PMO_SETTINGS_FILE": demo.environment["PMO_SETTINGS_FILE"]}) == {"PMO_SETTINGS_FILE": ""}
