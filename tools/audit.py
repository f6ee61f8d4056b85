"""Known faults of the locked packages, asked of the open advisory list (OSV); says so where that list cannot be reached."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = "requirements/run.txt"
OUT_OF_REACH = ("ConnectionError", "ConnectTimeout", "ReadTimeout", "ServiceError", "ProxyError", "SSLError")
SECONDS = 120


def audit(command: list[str]) -> tuple[int, list[str]]:
    """The exit code for make, and what to say. Out of reach is no fault of the packages, so it is said and passes."""
    try:
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return 0, [f"audit: the advisory list did not answer within {SECONDS} seconds, the packages were not looked at"]
    if ended.stdout.strip():
        return told(json.loads(ended.stdout))
    if any(word in ended.stderr for word in OUT_OF_REACH):
        return 0, ["audit: the advisory list is not reached from here, the packages were not looked at"]
    return 1, ["audit: " + (ended.stderr.strip().splitlines() or ["failed"])[-1]]


def told(found: dict[str, list[dict[str, object]]]) -> tuple[int, list[str]]:
    """A line for each known fault, with the version that is free of it."""
    lines = []
    for package in found["dependencies"]:
        for fault in package.get("vulns", []):  # type: ignore[attr-defined]
            mended = ", ".join(fault["fix_versions"]) or "no version yet"
            lines.append(f"audit: {package['name']} {package['version']}: {fault['id']}, mended in {mended}")
    return (1, lines) if lines else (0, [f"audit: {len(found['dependencies'])} packages, no known fault"])


def main() -> int:
    command = [sys.executable, "-m", "pip_audit", "--requirement", LOCK, "--require-hashes", "--disable-pip"]
    code, lines = audit(
        [*command, "--vulnerability-service", "osv", "--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    )
    sys.stderr.write("\n".join(lines) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
