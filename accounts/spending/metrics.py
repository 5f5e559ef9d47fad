"""What models were used for and what that cost, in numbers for Prometheus. The list: docs/observing.md."""

from collections.abc import Iterable

from prometheus_client import Counter

from accounts.models import Cap
from accounts.spending.calls import Spent

tokens = Counter("dramatis_tokens_total", "Tokens of models.", ["operation", "kind"])  # prompt, cached, completion
cost = Counter("dramatis_cost_micros_total", "What models cost, in millionths.", ["operation", "currency"])
refused = Counter("dramatis_caps_refused_total", "Calls that a cap on tokens or money stood before.", ["scope"])
for _scope in Cap.Scope.values:
    refused.labels(_scope)


def spent(all_of_it: Iterable[Spent]) -> None:
    for each in all_of_it:
        operation = each.call.operation.value
        tokens.labels(operation, "prompt").inc(each.usage.prompt)
        tokens.labels(operation, "cached").inc(each.usage.cached)
        tokens.labels(operation, "completion").inc(each.usage.completion)
        if each.cost is not None:
            cost.labels(operation, each.cost.currency).inc(each.cost.micros)
