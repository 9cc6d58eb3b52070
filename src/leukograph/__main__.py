"""Runs the command as `python -m leukograph`."""

from leukograph.cli import run

run()
