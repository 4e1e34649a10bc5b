"""The documents as a site: no link is broken, and no network is needed to read and search it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

pytest.importorskip("material", reason="the packages of `make site` are not installed")

import browser
from generate_reference import functions
from make_site import MENU, documents, make_site, menu

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    make_site(folder)  # a broken link stops it
    return folder


def html(site: Path) -> dict[Path, str]:
    return {page: page.read_text("utf-8") for page in site.rglob("*.html")}


def test_every_document_has_its_page_and_its_place_in_the_menu(site: Path) -> None:
    for document in documents():
        page = site / document.with_suffix(".html")
        assert (site / "index.html" if document == Path("README.md") else page).exists() or (
            page.with_name("index.html").exists()
        ), document
    listed = [page for part in menu() for pages in part.values() for page in pages]
    assert len(listed) == len(set(listed))
    assert {page.as_posix() for page in documents()} <= set(listed)
    assert [name for part in menu() for name in part] == list(MENU), "a page below More"


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for page, text in html(site).items():
        for tag in re.findall(r"<(?:script|link|img|iframe|source)\b[^>]*>", text):
            for target in re.findall(r'(?:src|href)="([^"]+)"', tag):
                assert not re.match(r"(?:https?:)?//", target), (page, tag)
    for style in site.rglob("*.css"):
        assert not re.search(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//", style.read_text("utf-8"))


def test_every_link_between_pages_leads_to_a_file(site: Path) -> None:
    for page, text in html(site).items():
        if page.name == "404.html":  # its links begin at the top of a server
            continue
        for target in re.findall(r'<a\b[^>]*\bhref="([^"]+)"', text):
            path = unquote(target.partition("#")[0].partition("?")[0])
            if path and ":" not in path:
                there = page.parent / path
                assert (there / "index.html" if there.is_dir() else there).is_file(), (page, target)


def test_the_logo_leads_to_the_first_page_from_files_too(site: Path) -> None:
    for page, text in html(site).items():
        logos = re.findall(r'<a\b[^>]*\bhref="([^"]+)"[^>]*\bmd-logo\b', text)
        assert len(logos) == 2, page
        if page.name != "404.html":  # its links begin at the top of a server
            assert {(page.parent / logo).resolve() for logo in logos} == {site / "index.html"}, page


def test_every_function_can_be_found(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text("utf-8"))
    found = {entry["location"].partition("#")[2] for entry in index["docs"]}
    assert {function.name for function in functions()} <= found


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_a_page_from_a_file_searches(site: Path, tmp_path: Path) -> None:
    if not (site / "search" / "search_index.js").exists():
        pytest.skip("npm gave no script for pages from files")
    shown = subprocess.run(
        [
            str(CHROMIUM),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path}",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--virtual-time-budget=20000",
            "--dump-dom",
            f"file://{site}/docs/concepts.html?q=overdue",
        ],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        timeout=120,
    ).stdout
    results = shown.partition("md-search-result__list")[2]
    assert re.search(r"\d+ matching documents", shown)
    assert "<mark" in results


def test_a_page_fits_a_phone_a_screen_and_paper_by_day_and_by_night(
    site: Path, tmp_path: Path
) -> None:
    program = Path(__file__).with_name("look_at_site.mjs")
    pages = sorted(page for page in html(site) if page.name != "404.html")  # as above
    seen = browser.look(program, tmp_path, *pages)
    assert seen["cut"] == {}
    assert seen["grounds"]["light"] == "rgb(255, 255, 255)"
    assert seen["grounds"]["dark"] != seen["grounds"]["light"], "also for who came by day before"
