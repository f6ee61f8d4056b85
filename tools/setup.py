"""Makes the environment: finds uv or falls back to pip, installs the locked packages, and what tests need of the system.

`wheels` collects all of it in a folder, for a machine without a package index: `make setup OFFLINE=folder` there.

Runs with any python3 and the standard library only, because on a fresh machine there is nothing else yet.
"""

import configparser
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TOOLS = ROOT / ".venv-tools"
LOCKS = ROOT / "requirements"
ON_DEBIAN = os.geteuid() == 0 and shutil.which("apt-get") is not None
WHEELS = Path(os.environ.get("WHEELS") or "wheels")
OFFLINE = os.environ.get("OFFLINE", "")  # a folder of wheels, instead of an index
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}

# What pip is told on this machine, uv has to be told in its own words: pip's option, uv's variable.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
}
UV_SETTINGS = [Path.home() / ".config/uv/uv.toml", Path("/etc/uv/uv.toml")]
PIP_SETTINGS = [Path("/etc/pip.conf"), Path.home() / ".pip/pip.conf", Path.home() / ".config/pip/pip.conf"]

SUMS = "SHA256SUMS"
BUILDS_WITH = "setuptools>=77"  # as in pyproject.toml: the checkout itself is installed in place

# Programs that tests drive, any one of the names will do, and Debian's packages for them.
PROGRAMS = {
    "Chromium": (("chromium", "chromium-browser", "google-chrome"), ("chromium",)),
    "LibreOffice": (
        ("soffice", "libreoffice"),
        ("libreoffice-writer", "libreoffice-calc", "fonts-crosextra-carlito", "fonts-dejavu"),
    ),
    "pdftoppm": (("pdftoppm",), ("poppler-utils",)),
    "PostgreSQL 15": (("/usr/lib/postgresql/15/bin/postgres",), ("postgresql-15",)),
}


class Missing(Exception):
    """Something we cannot install; the sentence says what to do."""


def run(*command, env=None):
    subprocess.run([str(part) for part in command], check=True, cwd=ROOT, env=env)


def works(*command):
    try:
        return subprocess.run([str(part) for part in command], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def say(text):
    sys.stderr.write("setup: " + text + "\n")


def apt_install(*packages):
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    run("apt-get", "update", "-q", env=env)
    run("apt-get", "install", "-y", "-q", "--no-install-recommends", *packages, env=env)


def pip_settings():
    """What pip reads, read without pip, which may not be there."""
    found = {}
    for path in [*PIP_SETTINGS, *filter(None, [os.environ.get("PIP_CONFIG_FILE")])]:
        parser = configparser.RawConfigParser()
        parser.read(path)
        for section in ("global", "install"):
            found.update(dict(parser.items(section)) if parser.has_section(section) else {})
    found.update({name[4:].lower().replace("_", "-"): value for name, value in os.environ.items() if name.startswith("PIP_")})
    return found


def uv_environment():
    """uv ignores pip's configuration: hand on the indexes and folders of this machine unless uv has its own."""
    env = dict(os.environ)
    if any(path.exists() for path in UV_SETTINGS):
        return env
    env.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")  # as pip looks at its indexes; the hashes decide what is taken
    given = pip_settings()
    for option, variable in PIP_TO_UV.items():
        if given.get(option):
            env.setdefault(variable, " ".join(given[option].split()))
    return env


def have_pip():
    if works(sys.executable, "-m", "pip", "--version"):
        return True
    if ON_DEBIAN:
        say("python3 has no pip, installing it with apt-get")
        apt_install("python3-pip")
        return works(sys.executable, "-m", "pip", "--version")
    return False


def find_uv():
    """The machine's, or one of our own in a private folder; None when neither can be had."""
    for candidate in (shutil.which("uv"), TOOLS / "bin" / "uv"):
        if candidate and works(candidate, "--version"):
            return str(candidate)
    if OFFLINE:
        return unpack_uv(Path(OFFLINE))
    if have_pip():
        say("fetching uv into .venv-tools")
        if works(sys.executable, "-m", "pip", "install", "--target", TOOLS, "--require-hashes", "-r", LOCKS / "tools.txt"):
            return str(TOOLS / "bin" / "uv")
    return None


def unpack_uv(folder):
    """A wheel is a zip, and uv one program: it needs no pip."""
    for wheel in folder.glob("uv-*.whl"):
        with zipfile.ZipFile(wheel) as packed:
            inside = next(name for name in packed.namelist() if name.endswith(".data/scripts/uv"))
            (TOOLS / "bin").mkdir(parents=True, exist_ok=True)
            (TOOLS / "bin" / "uv").write_bytes(packed.read(inside))
        (TOOLS / "bin" / "uv").chmod(0o755)
        return str(TOOLS / "bin" / "uv")
    return None


def make_venv(uv):
    if works(VENV / "bin" / "python", "-c", "pass"):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if uv:
        run(uv, "venv", "--quiet", "--python", sys.executable, VENV, env=uv_environment())
    else:
        run(sys.executable, "-m", "venv", "--without-pip", VENV)


def install(uv, *what):
    if OFFLINE:
        what = ("--no-index", "--find-links", Path(OFFLINE).resolve(), *what)
    if uv:
        run(uv, "pip", "install", "--quiet", "--python", VENV / "bin" / "python", *what, env=uv_environment())
    else:
        run(sys.executable, "-m", "pip", "--python", VENV / "bin" / "python", "install", "--quiet", *what)


def packages(kind):
    """`run` for the server, `dev` for the server and everything that tests and checks need."""
    if OFFLINE and not list(Path(OFFLINE).glob("*.whl")):
        raise Missing(f"there are no wheels in {OFFLINE}: collect them with make wheels on a machine with a package index")
    uv = find_uv()
    if not uv and not have_pip():
        raise Missing("neither uv nor pip was found: install one (Debian: apt-get install python3-pip), then run make again")
    make_venv(uv)
    say(f"installing {LOCKS.name}/{kind}.txt with {'uv' if uv else 'pip'}")
    install(uv, "--require-hashes", "-r", LOCKS / f"{kind}.txt")
    install(uv, "--no-deps", "-e", ROOT)


def wheels(_kind):
    """Everything `make setup` installs, for this version of Python and this kind of machine, with its checksums."""
    if not have_pip():
        raise Missing("pip is needed to collect wheels (Debian: apt-get install python3-pip)")
    get = (sys.executable, "-m", "pip", "download", "--quiet", "--prefer-binary", "--dest", WHEELS)
    say(f"collecting wheels in {WHEELS}, for Python {sys.version_info.major}.{sys.version_info.minor} on {os.uname().machine}")
    run(*get, "--require-hashes", "-r", LOCKS / "run.txt")
    run(*get, "--require-hashes", "-r", LOCKS / "tools.txt")
    run(*get, BUILDS_WITH)
    found = sorted(path for path in (ROOT / WHEELS).iterdir() if path.name != SUMS)
    (ROOT / WHEELS / SUMS).write_text("".join(f"{hashlib.sha256(one.read_bytes()).hexdigest()}  {one.name}\n" for one in found))
    say(f"{len(found)} packages, {sum(one.stat().st_size for one in found) >> 20} MiB; sha256sum -c {SUMS} compares them")


def system(_kind):
    """Browser, office and PDF programs for the tests: installed where we may, asked for where we may not."""
    missing = {name: packages for name, (commands, packages) in PROGRAMS.items() if not any(map(shutil.which, commands))}
    if missing and ON_DEBIAN:
        missing = apt_install_what_there_is(missing)
    if missing:
        needed = " ".join(package for packages in missing.values() for package in packages)
        sentence = f"{', '.join(missing)} not found (Debian: apt-get install {needed})"
        if IN_CI:
            raise Missing(sentence)
        say(sentence + "; the tests that need it are skipped")


def apt_install_what_there_is(missing):
    """What is left over: a release of Debian has one version of PostgreSQL, and not always this one."""
    run("apt-get", "update", "-q")
    there = {name: packages for name, packages in missing.items() if works("apt-cache", "show", *packages)}
    if there:
        say("installing for the tests: " + ", ".join(there))
        apt_install(*(package for packages in there.values() for package in packages))
    return {name: packages for name, packages in missing.items() if name not in there}


def lock(_kind):
    uv = find_uv()
    if not uv:
        raise Missing("locking needs uv")
    command = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"]
    env = uv_environment()
    for private in ("UV_FIND_LINKS", "UV_INDEX"):  # a wheel that only this machine has must not get into the lock
        env.pop(private, None)
    product = ["pyproject.toml", "--extra", "server"]
    sources = {"run": product, "dev": [*product, "--group", "dev"], "tools": ["requirements/tools.in"]}
    for name, source in sources.items():
        run(*command, *source, "-o", f"requirements/{name}.txt", env=env)


def main(arguments):
    if sys.version_info < (3, 11):  # noqa: UP036  (said in a sentence, to whoever starts us with an older one)
        say("Python 3.11 or newer is needed, this is " + sys.version.split()[0] + "; name another: make PYTHON=/path/to/python3")
        return 2
    steps = {"run": packages, "dev": packages, "system": system, "lock": lock, "wheels": wheels}
    try:
        for argument in arguments:
            steps[argument](argument)
    except Missing as missing:
        say(str(missing))
        return 2
    except subprocess.CalledProcessError as failed:
        say("this command failed, its own words are above: " + " ".join(map(str, failed.cmd)))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
