"""What tests share: where the project and the page are, and stores opened once."""

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import settings

from leukograph import datasets, knowledge
from leukograph.names import BACKGROUND, MAPPINGS

settings.register_profile("same every time", derandomize=True, deadline=None)
settings.load_profile("same every time")
ROOT = Path(__file__).parents[1]
SOURCE = ROOT.parent / "shared" / "source" / "refractory-and-relapsed-childhood-all.txt"


@pytest.fixture(scope="session")
def root() -> str:
    return str(ROOT)


@pytest.fixture(scope="session")
def page() -> str:
    """The text of the page, which is no part of the project."""
    if not SOURCE.exists():
        pytest.skip(f"no copy of the page at ../shared/source/{SOURCE.name}")
    with SOURCE.open(encoding="utf-8", newline="") as file:
        return file.read()


@pytest.fixture(scope="session")
def page_path(page: str) -> Path:
    assert page
    return SOURCE


@pytest.fixture(scope="session")
def everything(root: str) -> ox.Store:
    """All graphs in one store."""
    return knowledge.open_store(root, (BACKGROUND, MAPPINGS))


@pytest.fixture(scope="session")
def everything_rdflib(root: str) -> rdflib.Dataset:
    """All graphs in one rdflib Dataset."""
    return datasets.dataset(knowledge.parts(root, (BACKGROUND, MAPPINGS)))


@pytest.fixture(autouse=True)
def _no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEUKOGRAPH_HOME", raising=False)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setenv("COLUMNS", "100")
