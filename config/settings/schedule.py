"""What is done by the clock. `expires`: while no worker is there, tasks must not pile up."""

from datetime import timedelta

from celery.schedules import crontab

SCHEDULE = {
    "let people go whose days are over": {
        "task": "accounts.tasks.let_people_go",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    "go on with take-outs, and let go of old ones": {
        "task": "accounts.tasks.go_on_with_takeouts",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "settle turns that a dead process left": {
        "task": "chat.tasks.sweep_turns",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "remember what was said": {
        "task": "chat.tasks.remember_what_was_said",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "take a backup": {
        "task": "operations.tasks.back_up",
        "schedule": crontab(hour=2, minute=20),
    },
    "show that work is done": {
        "task": "operations.tasks.show_that_work_is_done",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "count the figures of the site": {
        "task": "operations.tasks.count_site",
        "schedule": crontab(minute=25),
        "options": {"expires": 3_000},
    },
    "make months of messages ahead": {
        "task": "chat.tasks.make_partitions",
        "schedule": crontab(hour=3, minute=10),
    },
    "lift sanctions whose end has come": {
        "task": "accounts.tasks.lift_sanctions",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "end plans whose time is over": {
        "task": "accounts.tasks.end_terms",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "forget old recordings": {
        "task": "voice.tasks.forget_old_recordings",
        "schedule": crontab(hour=3, minute=35),
    },
    "lay old days of the ledger together": {
        "task": "accounts.tasks.roll_up_use",
        "schedule": crontab(hour=3, minute=30),
    },
    "count what happened with characters": {
        "task": "chat.tasks.count_days",
        "schedule": timedelta(minutes=20),
        "options": {"expires": 1_200},
    },
    "count weeks and months": {
        "task": "chat.tasks.count_spans",
        "schedule": crontab(minute=10),
        "options": {"expires": 3_000},
    },
    "count openings, lengths and lore": {
        "task": "chat.tasks.count_talks",
        "schedule": crontab(hour="*/6", minute=40),
    },
    "send webhooks that are due": {
        "task": "characters.tasks.deliver_due_webhooks",
        "schedule": timedelta(seconds=15),
        "options": {"expires": 15},
    },
    "forget deliveries of webhooks long over": {
        "task": "characters.tasks.forget_old_deliveries",
        "schedule": crontab(hour=4, minute=40),
    },
    "read knowledge that waits": {
        "task": "characters.tasks.read_what_waits",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    "forget lore entries that nobody puts back": {
        "task": "characters.tasks.forget_removed_entries",
        "schedule": crontab(minute=25),
        "options": {"expires": 3_000},
    },
    "forget pictures that nothing shows": {
        "task": "characters.tasks.forget_unused_pictures",
        "schedule": crontab(hour="*/6", minute=50),
    },
    "write the ledger of earnings": {
        "task": "characters.tasks.write_ledger",
        "schedule": crontab(hour="*/6", minute=55),
    },
    "forget answers that nobody asks for again": {
        "task": "accounts.tasks.forget_old_requests",
        "schedule": crontab(hour=4, minute=50),
    },
    "forget links into organisations that are over": {
        "task": "accounts.tasks.forget_old_invitations",
        "schedule": crontab(hour=4, minute=55),
    },
    "let memories fade": {
        "task": "memory.tasks.sweep_memories",
        "schedule": crontab(hour=3, minute=50),
    },
    "sweep lines of talks that are older than they are kept": {
        "task": "chat.tasks.sweep_talks",
        "schedule": crontab(hour=2, minute=40),
    },
    "empty the trash of authors": {
        "task": "characters.tasks.empty_trash",
        "schedule": crontab(hour=4, minute=25),
    },
    "go on with an exchange of data keys": {
        "task": "accounts.tasks.exchange_keys",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "forget what was said aloud long ago": {
        "task": "voice.tasks.forget_old_clips",
        "schedule": crontab(hour=4, minute=20),
    },
    "empty the trash of stories": {
        "task": "stories.tasks.empty_trash",
        "schedule": crontab(hour=4, minute=35),
    },
    "forget old logs": {
        "task": "accounts.tasks.forget_old_logs",
        "schedule": crontab(hour=4, minute=55),
    },
    "forget guests long gone": {
        "task": "accounts.tasks.forget_old_guests",
        "schedule": crontab(hour=4, minute=10),
    },
    "go on with imports of talks that were left": {
        "task": "chat.tasks.go_on_with_imports",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 60},
    },
    "index rooms that were handed over and left": {
        "task": "chat.tasks.go_on_with_rooms",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    "forget temporary talks that nobody has open": {
        "task": "chat.tasks.forget_temporary_talks",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    "empty the trash of talks": {
        "task": "chat.tasks.empty_trash",
        "schedule": crontab(hour=4, minute=30),
    },
    "clear sessions that have expired": {
        "task": "accounts.tasks.clear_sessions",
        "schedule": crontab(hour=4, minute=40),
    },
}
