"""Makes a site of the documents, which needs no network to be read and searched: .cache/site.

usage: make_site.py [FOLDER]    needs the dependency group `site`

The documents stay as they are, and so do their links: what they link to is copied beside them. The
programs in docs/examples become one page.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from npm_package import unpack

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / ".cache" / "site"
# In the order of the menu. What is not here goes below "More", where a test does not let it stay.
MENU: dict[str, list[str]] = {
    "Begin": ["README.md", "docs/concepts.md", "docs/guarantees.md", "docs/examples/index.md"],
    "Build": [
        "docs/drivers.md",
        "docs/callers.md",
        "docs/errors.md",
        "docs/limits.md",
        "docs/alerts.md",
        "docs/delivery.md",
        "docs/usage.md",
        "docs/testing.md",
    ],
    "Recipes": [],
    "Run": [
        "docs/operations.md",
        "docs/high-availability.md",
        "docs/report.md",
        "docs/migration-tools.md",
        "docs/versions.md",
        "docs/large-books.md",
        "docs/sharding.md",
        "docs/growing.md",
        "docs/performance.md",
        "docs/reliability.md",
        "bench/RESULTS.md",
        "SECURITY.md",
    ],
    "Move here": ["docs/legacy.md", "docs/supabase.md"],
    "Look up": ["docs/reference.md", "docs/schema.md", "docs/agents.md", "CHANGELOG.md"],
    "Change it": ["sql/README.md", "CONTRIBUTING.md", "bench/PROFILES.md"],
}
# For search where pages come from files: browsers allow no worker there.
SHIM = ("iframe-worker", "1.0.4")
# Code has 100 columns, and should not need a scroll bar; a name is one word, the title of another
# page whole. Paper does not scroll: there, a wide table takes the width that it gets.
STYLE = """\
.md-grid { max-width: 78rem; }
.md-typeset td code { word-break: normal; }
.md-footer__title .md-ellipsis { overflow: visible; white-space: normal; }
@media print {
  .md-typeset__scrollwrap { overflow: visible; margin: 0; }
  .md-typeset__table { padding: 0; }
  .md-typeset table:not([class]) { font-size: 0.55rem; }
  .md-typeset table:not([class]) :is(th, td) { min-width: 0; padding: 0.4em; }
  .md-typeset td code { overflow-wrap: anywhere; }
}
"""
_KINDS = {".py": "python", ".sql": "sql", ".mjs": "js", ".sh": "sh"}


def make_site(folder: Path = SITE) -> str:
    """Builds the site, and returns what the builder said. Raises ``SystemExit`` for a warning."""
    with tempfile.TemporaryDirectory(prefix="pgcredits-site-") as name:
        work = Path(name)
        pages = work / "pages"
        copy_documents(pages)
        settings = work / "mkdocs.yml"
        settings.write_text(json.dumps(_settings(pages, folder, _shim(pages))), "utf-8")
        # The slugs of headings are GitHub's: a tag, which JSON cannot have.
        text = settings.read_text("utf-8").replace(
            '"SLUGS"', "!!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}"
        )
        settings.write_text(text, "utf-8")
        built = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(settings)],
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={"PATH": "/usr/bin:/bin", "NO_MKDOCS_2_WARNING": "1"},
        )
    if built.returncode != 0:
        raise SystemExit(built.stdout)
    return built.stdout


def documents() -> list[Path]:
    """The pages, relative to the repository."""
    found = [
        page
        for pattern in ("*.md", "docs/**/*.md", "sql/*.md", "bench/*.md")
        for page in ROOT.glob(pattern)
    ]
    return sorted(page.relative_to(ROOT) for page in found)


def copy_documents(pages: Path) -> None:
    """The documents, what they link to, and a page of examples."""
    for page in documents():
        text = (ROOT / page).read_text("utf-8")
        for target in re.findall(r"\]\(([^)\s#:]+)(?:#[^)\s]*)?\)", text):
            file = (ROOT / page.parent / target).resolve()
            if file.is_file() and file.suffix != ".md":
                _copy(file, pages)
        (pages / page).parent.mkdir(parents=True, exist_ok=True)
        # What a block has beside its language is for the tests.
        text = re.sub(r"^```(\w+) .*$", r"```\1", text, flags=re.MULTILINE)
        (pages / page).write_text(without_folders(page.parent, text), "utf-8")
    (pages / "assets").mkdir()
    (pages / "assets" / "pgcredits.css").write_text(STYLE, "utf-8")
    examples = pages / "docs" / "examples" / "index.md"
    examples.parent.mkdir(parents=True, exist_ok=True)
    examples.write_text(examples_page(), "utf-8")
    _copy(ROOT / "llms.txt", pages)


def without_folders(here: Path, text: str) -> str:
    """A text without links to folders, which have no page; only that of examples has one."""

    def instead(link: re.Match[str]) -> str:
        folder = (ROOT / here / link[2]).resolve()
        if folder == ROOT / "docs" / "examples":
            return f"[{link[1]}]({link[2]}/index.md)"
        return link[1] if folder.is_dir() else link[0]

    return re.sub(r"\[([^\]\[]+)\]\(([\w./-]+)\)", instead, text)


def _copy(file: Path, pages: Path) -> None:
    copied = pages / file.relative_to(ROOT)
    copied.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, copied)


def examples_page() -> str:
    """The small programs, each with its output."""
    parts = ["# Examples\n\nSmall complete programs, each with what it prints.\n"]
    for file in sorted((ROOT / "docs" / "examples").glob("*.*")):
        if file.suffix in _KINDS:
            output = file.with_name(f"{file.name}.out").read_text("utf-8")
            parts.append(
                f"## {file.name}\n\n```{_KINDS[file.suffix]}\n{file.read_text('utf-8')}```\n\n"
                f"```text\n{output}```\n"
            )
    return "\n".join(parts)


def menu() -> list[dict[str, list[str]]]:
    """All pages below their headings."""
    known = {page.as_posix() for page in documents()} | {"docs/examples/index.md"}
    recipes = sorted(page for page in known if page.startswith("docs/recipes/"))
    listed = {name: [page for page in pages if page in known] for name, pages in MENU.items()}
    listed["Recipes"] = recipes
    more = sorted(known - {page for pages in listed.values() for page in pages})
    return [{name: pages} for name, pages in [*listed.items(), ("More", more)] if pages]


def _shim(pages: Path) -> list[str]:
    """The script that lets a page from a file search; none where npm cannot give it."""
    folder = unpack(*SHIM)
    if folder is None:
        print("Without npm, search works only where a server serves the site.", file=sys.stderr)
        return []
    shutil.copyfile(folder / "shim" / "index.js", pages / "assets" / "iframe-worker.js")
    return ["assets/iframe-worker.js"]


def _settings(pages: Path, folder: Path, shim: list[str]) -> dict[str, object]:
    return {
        "site_name": "pgcredits",
        "site_description": "Prepaid credits as PostgreSQL functions.",
        "docs_dir": str(pages),
        "site_dir": str(folder),
        "nav": menu(),
        "use_directory_urls": False,
        "theme": {
            "name": "material",
            "font": False,
            "features": ["navigation.sections", "navigation.footer", "toc.follow"],
            # As the reader's system has it, until a reader chooses otherwise.
            "palette": [
                _colours("(prefers-color-scheme)", "auto", "Always light"),
                _colours("(prefers-color-scheme: light)", "7", "Always dark", scheme="default"),
                _colours("(prefers-color-scheme: dark)", "4", "As the system", scheme="slate"),
            ],
        },
        "plugins": ["search", *(["offline"] if shim else [])],
        # The logo's link: it would else be that of a folder, which no file system opens as a page.
        "extra": {"generator": False, "polyfills": shim, "homepage": "index.html"},
        "extra_css": ["assets/pgcredits.css"],
        "markdown_extensions": [
            {"toc": {"permalink": True, "slugify": "SLUGS"}},
            {"pymdownx.highlight": {"use_pygments": True}},
            "pymdownx.superfences",
            "tables",
            "attr_list",
        ],
        "validation": {
            "nav": {"omitted_files": "warn", "not_found": "warn", "absolute_links": "warn"},
            "links": {
                "not_found": "warn",
                "anchors": "warn",
                "absolute_links": "warn",
                "unrecognized_links": "warn",
            },
        },
    }


def _colours(media: str, icon: str, other: str, **scheme: str) -> dict[str, object]:
    """A choice of the reader; ``other``: what a click makes of it."""
    toggle = {"icon": f"material/brightness-{icon}", "name": other}
    return {"media": media, "toggle": toggle, "primary": "teal", "accent": "teal", **scheme}


if __name__ == "__main__":
    if sys.argv[2:] or "".join(sys.argv[1:]).startswith("-"):
        raise SystemExit(__doc__)
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SITE
    make_site(folder.absolute())
    print(f"The site begins at {folder / 'index.html'}")
