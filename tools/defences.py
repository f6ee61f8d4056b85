"""Takes each defence of docs/security.md away, in a copy of the project, and sees its test fail: `make defences [ARGS="A1 P3"]`.

A test that stays green without the defence it is named for guards nothing. The list is tests/security/defences.toml.
"""

import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tests" / "security" / "defences.toml"
LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", "var", "docs", ".*_cache", ".hypothesis", "*.egg-info", "__pycache__")
FAILED = 1  # pytest's exit code for tests that ran and failed, unlike 2 to 5 for runs that did not come to that
SECONDS = 300


@dataclass(frozen=True, slots=True)
class Defence:
    """Words of a file that defend, what stands there without them, and the test that has to notice."""

    key: str
    file: str
    remove: str
    put: str
    test: str


def listed() -> list[Defence]:
    return [Defence(key, **facts) for key, facts in tomllib.loads(LIST.read_text()).items()]


def pytest(folder: Path, *tests: str) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, cwd=folder, timeout=SECONDS, capture_output=True, check=False).returncode


def is_noticed(defence: Defence, folder: Path) -> bool:
    """Whether the test fails while the defence is away; the copy is as before afterwards."""
    path = folder / defence.file
    whole = path.read_text()
    path.write_text(whole.replace(defence.remove, defence.put))
    try:
        return pytest(folder, defence.test) == FAILED
    finally:
        path.write_text(whole)


def main(wanted: list[str]) -> int:
    chosen = [one for one in listed() if not wanted or one.key in wanted]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "copy"
        shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
        shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("screens"))
        missed = [one for one in chosen if not told(one, is_noticed(one, folder))]
    print(f"{len(chosen) - len(missed)} of {len(chosen)} defences: taken away, their test fails")
    return 1 if missed else 0


def told(defence: Defence, noticed: bool) -> bool:
    print(f"{defence.key:4} {'noticed' if noticed else 'NOT NOTICED'}  {defence.file}  {defence.test}", flush=True)
    return noticed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
