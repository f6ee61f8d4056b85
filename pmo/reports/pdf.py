"""Word files as PDF, by the LibreOffice of this machine, where there is one."""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

SECONDS = 180
MEDIA_TYPE = "application/pdf"


class NotMade(Exception):
    """LibreOffice gave no file."""


def is_possible() -> bool:
    return shutil.which("soffice") is not None


def made_from(word: bytes) -> bytes:
    """In a folder and with a profile of its own, so that two at a time do not wait for each other. Raises NotMade."""
    office = shutil.which("soffice")
    if office is None:
        raise NotMade
    with TemporaryDirectory(prefix="pmo-pdf-") as name:
        folder = Path(name)
        (folder / "report.docx").write_bytes(word)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = [office, "--headless", profile, "--convert-to", "pdf", "--outdir", name, str(folder / "report.docx")]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)  # noqa: S603 - our own words only
            return (folder / "report.pdf").read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            raise NotMade from error
