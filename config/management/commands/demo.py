"""Build the demonstration in an empty database."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.commands import anchor_heads
from config import environment
from config.demo import beside, breach, cast, evidence, page, reports, texts, work
from incidents import commands as cases
from incidents.models import Report


class Command(BaseCommand):
    help = (
        "Build the demonstration: a made-up social platform in the middle of a breach. Only in an empty database; "
        "the random passwords go to .local/sign-ins."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            raise CommandError(
                "There are people in this database already. The demonstration wants an empty one."
            )
        began = time.monotonic()
        with transaction.atomic():  # all of it or nothing, so that a failed one can be tried again
            self._build()
        self.stdout.write(f"Built in {time.monotonic() - began:.0f} s.")

    def _build(self) -> None:
        now = timezone.now()
        say = self.stdout.write
        people = cast.hire(environment.local_dir() / "sign-ins", now=now - timedelta(days=210))
        say(f"Lantern and {len(cast.CAST)} people who work there")
        texts.approve_texts(people, now)
        version = beside.put_policies_in_force(people, now)
        beside.be_prepared(people, now)
        closed = beside.closed_case(people, version, now)
        page.learn(closed, people, now)
        cases.add_ready_playbooks(by=people.privacy, now=now - timedelta(days=10))
        page.keep_register(people, now)
        laptop = beside.new_case(people, now)
        reports.fresh_reports(people, now)
        evidence.attach_screenshot(
            Report.objects.get(title__startswith="I can see"), now - timedelta(hours=7)
        )
        say(
            f"Policies, a closed incident, a new one, fresh reports, {beside.past_incidents(people, now)} past incidents"
        )
        incident = breach.open_case(people, now)
        seen = now - timedelta(hours=40)
        breach.find_out(incident, people, seen)
        breach.assess(incident, people, version, seen)
        page.tell_kind(incident, people, seen)
        evidence.keep_evidence(incident, people, seen + timedelta(hours=8))
        page.join(incident, closed, people, seen + timedelta(hours=11))
        breach.import_people(incident, people, now - timedelta(hours=20))
        page.pick(incident, laptop, people, now - timedelta(hours=1))
        say("A breach, and the 2,000 people it touches")
        breach.decide(incident, people, now - timedelta(hours=16))
        page.look(incident, people, now - timedelta(hours=14))
        page.let_in(incident, people, now)
        work.work_on(incident, people, seen, now)
        work.name_views(people, now)
        breach.tell(incident, people, seen, now - timedelta(hours=1))
        breach.ask(incident, people, now)
        breach.start_filing(incident, people, seen, now - timedelta(hours=2))
        anchor_heads(now=now)
        say("Obligations decided, notices on their way, questions asked, a filing to the authority")
