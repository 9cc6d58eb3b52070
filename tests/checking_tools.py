"""Finds the software of others that checks exports: each in an environment of its own, made from tests/checkers/."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def tool(environment: str, name: str = "python") -> str:
    """Return the path of a command of a checker's environment, or skip the test and say what is not there."""
    folder = ROOT / ".checkers" / environment / ("Scripts" if os.name == "nt" else "bin")
    found = folder / (f"{name}.exe" if os.name == "nt" else name)
    if not found.exists():
        pytest.skip(f"the checker {environment} is not installed; tests/checkers/README.md says how")
    return str(found)


def run(environment: str, name: str, *words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command of a checker's environment, without a network and with little patience."""
    home = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    command = [tool(environment, name), *words]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=folder, env=home, timeout=300, check=False
    )
