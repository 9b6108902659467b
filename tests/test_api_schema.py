"""The API's description is complete, valid, and readable in the browser."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import User
from tests.routes import kept


def test_the_schema_is_valid_and_without_a_warning(db: None) -> None:
    out = StringIO()
    call_command("spectacular", "--fail-on-warn", "--validate", "--format", "openapi-json", stdout=out)
    assert '"openapi"' in out.getvalue()


def test_every_api_route_and_method_is_described(db: None) -> None:
    from drf_spectacular.generators import SchemaGenerator

    paths: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    gaps = []
    for route in kept():
        if route.is_api and not route.name.startswith("api-"):
            described = paths.get(route.described, {})
            gaps += [f"{method} {route.name}" for method in route.table if method.lower() not in described]
    assert gaps == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_docs_page_works_under_the_content_policy(
    context: Any, live_server: Any, lead: User, browser_problems: list[str], client_of: Any
) -> None:
    from tests.test_pages_look import sign_in

    sign_in(context, live_server, lead)
    page = context.new_page()
    page.goto(f"{live_server.url}/api/docs/")
    page.wait_for_selector(".opblock", timeout=30_000)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")  # it draws of a long list what is in sight
    last = max(route.described for route in kept() if route.is_api and not route.name.startswith("api-"))
    page.locator(f'[data-path="{last}"]').first.wait_for(timeout=30_000)
