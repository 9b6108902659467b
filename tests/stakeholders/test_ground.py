import pytest
from django.db import connection
from django.utils import timezone

from incidents.models import Incident
from stakeholders import sealing
from stakeholders.models import AffectedParty, Roster, new_party_ids, own_partition

pytestmark = pytest.mark.django_db


def a_roster() -> Roster:
    incident = Incident.objects.create(title="Leak", opened_at=timezone.now())
    data, index = sealing.new_wrapped_keys(incident.pk)
    return Roster.objects.create(incident=incident, wrapped_key=data, wrapped_index_key=index)


def test_a_party_lands_in_the_default_partition_or_in_its_own():
    small, big = a_roster(), a_roster()
    assert own_partition(big)
    for roster in (small, big):
        [number] = new_party_ids(1)
        keys = sealing.RosterKeys.open(roster)
        AffectedParty.objects.create(
            roster=roster,
            id=number,
            sealed=keys.seal(sealing.Details(name="A"), number),
            imported_by=1,
            elements=["email"],
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT roster_id, tableoid::regclass::text FROM stakeholders_affectedparty ORDER BY 1"
        )
        assert cursor.fetchall() == [
            (small.pk, "stakeholders_affectedparty_default"),
            (big.pk, f"stakeholders_affectedparty_{big.pk}"),
        ]
    assert not own_partition(small)
    party = AffectedParty.objects.of(big).get()
    assert sealing.RosterKeys.open(big).details(party).name == "A"
