"""What holds for every answer."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from incidents.models import Incident


@pytest.mark.parametrize("path", ["/", "/incidents/{}/facts/", "/api/incidents/{}/"])
def test_pages_behind_the_sign_in_stay_out_of_caches(
    path: str, incident: Incident, lead: User, client_of: Callable[[User], Client]
) -> None:
    answer = client_of(lead).get(path.format(incident.reference))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
