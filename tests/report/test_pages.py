"""Does the page work in a browser: search, filters, paths that light up by pointer and by keyboard, light, dark, narrow and on paper?"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import made
import nodes
import pytest

from validator.report import html
from validator.report.surroundings import Surroundings

REPORTS = {"findings": made.report, "clean": made.clean, "many": lambda: made.many(300), "hostile": made.hostile}
TAGS = set(
    """
    a b bdi body button circle code dd details div dl dt fieldset footer form g h1 h2 h3 head header html input label legend li main meta
    ol option output p path pre rect script section select span style summary svg table tbody td text th thead title tr ul
    """.split()
)


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What a browser shows of each report."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("needs chromium")
    folder = nodes.installed()
    found = {}
    for name, build in REPORTS.items():
        place = tmp_path_factory.mktemp(name)
        (place / "report.html").write_text(html.render(build()), "utf-8")
        command = ["node", nodes.NODE / "pages.mjs", folder, chromium, place / "profile", place / "report.html"]
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        assert run.returncode == 0, run.stderr
        found[name] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize("name", REPORTS)
def test_is_nothing_run_asked_for_or_shown_that_is_not_ours(name, seen):
    page = seen[name]
    assert (page["dialogs"], page["errors"], page["requests"], page["handlers"]) == ([], [], [], [])
    assert set(page["tags"]) <= TAGS
    assert all(link.startswith(("#", "https://docs.aws.amazon.com/", "https://x/")) for link in page["links"])


@pytest.mark.parametrize("name", REPORTS)
def test_does_the_page_fit_every_screen_and_paper(name, seen):
    page = seen[name]
    assert (page["overflow"], page["narrowOverflow"]) == (0, 0)
    assert page["dark"] == "rgb(13, 17, 23)"
    assert page["printed"] == {"closed": 0, "filters": "" if name == "clean" else "none", "paper": "rgb(255, 255, 255)"}
    assert page["pages"]


def test_are_findings_searched_filtered_and_unfolded(seen):
    page = seen["many"]
    assert page["verdict"] == "100 findings fail this run"
    assert (page["findings"], page["shown"], page["opened"]) == (300, 300, 1)
    assert (page["afterSearch"], page["told"]) == (0, "0 of 300 shown")
    assert (page["withoutErrors"], page["afterReset"]) == (200, 300)
    assert (page["unfolded"], page["folded"], page["clicked"]) == (300, 0, 1)


def test_do_paths_light_up_by_pointer_by_keyboard_and_from_a_finding(seen):
    page = seen["findings"]
    # The way of one access: workload, table, gateway, bucket, and the three lines between them.
    assert (page["hovered"], page["left"], page["focused"]) == (7, 0, 7)
    assert page["spoken"] == "aws_nat_gateway.nat to aws_s3_bucket.logs: to S3 in us-west-2"
    assert (page["kept"], page["followed"], page["released"]) == (7, "1 access, kept (Escape lets go)", 0)
    assert page["fromFinding"] == 5


def test_does_a_page_without_findings_say_so(seen):
    assert seen["clean"]["verdict"] == "Nothing fails this run"
    assert seen["clean"]["findings"] == 0


def test_is_the_page_one_file_that_allows_itself_only():
    written = html.render(made.report(), Surroundings())
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', written)
    assert policy is not None
    assert "default-src &#x27;none&#x27;" in policy[1]
    assert "unsafe" not in policy[1]
    assert not re.search(r"<(link|img|iframe|object|embed|base)\b|\bsrc=|@import|url\(", written)
    assert written == html.render(made.report(), Surroundings())
    assert Path(html.__file__).with_name("html.js").read_text() in written
