"""What beat says and how often. Rows are the queue: each line only says to look now, and may come twice."""

from typing import Final

from celery.schedules import crontab

SCHEDULE: Final[dict[str, dict[str, object]]] = {
    "heartbeat": {"task": "config.health.beat", "schedule": 10.0},
    "deliveries": {"task": "notifications.tasks.send_due_deliveries", "schedule": 15.0},
    "answers": {"task": "notifications.tasks.send_due_answers", "schedule": 15.0},
    "letters": {"task": "notifications.tasks.draw_due_letters", "schedule": 15.0},
    "certificates": {"task": "notifications.tasks.make_due_certificates", "schedule": 15.0},
    "bounces": {"task": "notifications.tasks.read_bounces", "schedule": 60.0},
    "filings": {"task": "notifications.tasks.draw_due_filings", "schedule": 15.0},
    "erasures": {"task": "stakeholders.tasks.erase_due_rosters", "schedule": crontab(minute=37)},
    "recounts": {"task": "stakeholders.tasks.recount_rosters", "schedule": crontab(hour=3, minute=17)},
    "imports": {"task": "stakeholders.tasks.run_due_imports", "schedule": 15.0},
    "scans": {"task": "incidents.tasks.scan_due_files", "schedule": 15.0},
    "pictures": {"task": "incidents.tasks.draw_due_pictures", "schedule": 15.0},
    "file_checks": {"task": "incidents.tasks.check_stored_files", "schedule": crontab(hour=1, minute=7)},
    "file_clearing": {"task": "incidents.tasks.clear_files", "schedule": crontab(minute=23)},
    "reminders": {"task": "incidents.tasks.raise_due_alerts", "schedule": 60.0},
    "item_reminders": {"task": "incidents.tasks.raise_due_item_alerts", "schedule": 60.0},
    "reminder_mail": {"task": "notifications.tasks.send_due_alerts", "schedule": 15.0},
    "report_mail": {"task": "notifications.tasks.send_due_report_mail", "schedule": 15.0},
    "inbox_mail": {"task": "incidents.tasks.read_mailbox", "schedule": 60.0},
    "inbox": {"task": "incidents.tasks.tend_inbox", "schedule": 60.0},
    "assessments": {"task": "incidents.tasks.assess_stale_obligations", "schedule": 60.0},
    "drafts": {"task": "accounts.tasks.discard_old_drafts", "schedule": crontab(hour=3, minute=43)},
    "anchors": {"task": "audit.tasks.anchor_record", "schedule": crontab(minute=7)},
    "record_check": {"task": "audit.tasks.check_record", "schedule": crontab(hour=2, minute=37)},
    "record_mail": {"task": "notifications.tasks.send_record_mail", "schedule": 60.0},
}
