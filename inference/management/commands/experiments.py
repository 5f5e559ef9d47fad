"""manage.py experiments list | stop"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inference.models import Experiment
from inference.services.experiments import CannotRun, stop_experiment


class Command(BaseCommand):
    help = "Lists experiments, and stops one: everybody then gets what is in force."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        todo = parser.add_subparsers(dest="todo", required=True)
        todo.add_parser("list", help="every experiment, its arms, and whether it runs")
        stop = todo.add_parser("stop", help="stop one, or all that run")
        stop.add_argument("id", nargs="?", help="without one: all that run")

    def handle(self, *args: Any, todo: str, **options: Any) -> None:
        getattr(self, f"do_{todo}")(**options)

    def do_list(self, **options: Any) -> None:
        for each in Experiment.objects.prefetch_related("arms__prompt"):
            state = "runs" if each.is_running else "stopped" if each.stopped_at else "not started"
            self.stdout.write(f"{each.pk} {state:12} {each.name}: {', '.join(map(str, each.arms.all()))}")

    def do_stop(self, id: str | None, **options: Any) -> None:
        running = [each for each in Experiment.objects.all() if each.is_running and id in (None, str(each.pk))]
        if not running:
            raise CommandError("no such experiment runs")
        for each in running:
            try:
                stop_experiment(experiment=each)
            except CannotRun as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{each.name} is stopped")
