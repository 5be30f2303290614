"""``--update`` rewrites golden files."""

from pathlib import Path

import pytest


def pytest_addoption(parser):
    parser.addoption("--update", action="store_true", help="rewrite golden files with what is written now")


@pytest.fixture
def golden(request):
    """Compare a text with a file; with ``--update``, write it there."""

    def compare(file: Path, text: str) -> None:
        if request.config.getoption("--update"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, "utf-8", newline="")
        assert file.exists(), f"{file} is missing: pytest --update writes it"
        assert text == file.read_text("utf-8")

    return compare
