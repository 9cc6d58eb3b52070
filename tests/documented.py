"""What tests of documents share: the commands that a page shows with their output, and a run of one."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def shown(name: str) -> list[tuple[str, str]]:
    """Return each command of a page of docs/exports with the output it shows."""
    text = (ROOT / "docs" / "exports" / name).read_text(encoding="utf-8")
    return re.findall(r"```console\n\$ (.*)\n((?:.*\n)*?)```", text)


def run(command: str) -> str:
    """Return what a command of a page prints, the command being the one of this checkout."""
    shell = command.replace("leukograph ", f'"{sys.executable}" -m leukograph ')
    done = subprocess.run(
        ["bash", "-c", shell], capture_output=True, check=False, cwd=ROOT, env={**os.environ, "COLUMNS": "100"}
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().replace("\r\n", "\n")
