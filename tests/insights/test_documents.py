from __future__ import annotations

import re
from pathlib import Path

import pytest

from config import documents, environment

LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
PAGES = [environment.ROOT / "README.md", *sorted((environment.ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("path", list(documents.current()), ids=lambda path: path.name)
def test_a_document_says_what_the_code_says(path: Path):
    assert path.read_text(encoding="utf-8") == documents.current()[path], "run: python manage.py write_docs"


def test_every_variable_is_in_the_readme():
    readme = documents.README.read_text(encoding="utf-8")
    assert not [one.name for one in environment.VARIABLES if f"| `{one.name}` |" not in readme]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(page: Path):
    missing = [
        link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()
    ]
    assert not missing
