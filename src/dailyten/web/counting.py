"""Counts for Prometheus: how many, never who."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from dailyten.model.subscriber import Membership
from dailyten.pipeline.joining import Answer
from dailyten.pipeline.pushing import Heard

ACTS = (
    "confirmed",
    "changed_wishes",
    "paused",
    "left",
    "one_click",
    "came_back",
    "voted",
    "erased",
)


class Counts:
    """The counts of one web service. `readers` counts the subscribers by where they stand, when somebody looks."""

    def __init__(self, readers: Callable[[], Mapping[Membership, int]]) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call] # the library's own gap
        self._registry = CollectorRegistry()
        self._requests = self._counter("dailyten_requests", "Requests answered", "place", "method", "status")
        self._asks = self._counter("dailyten_asks", "People who asked for a confirm mail", "answer")
        self._acts = self._counter("dailyten_acts", "What readers did", "act")
        self._deliveries = self._counter("dailyten_hub_deliveries", "What hubs sent", "became")
        for heard in Heard:
            self._deliveries.labels(heard)
        for answer in Answer:
            self._asks.labels(answer)
        for act in ACTS:
            self._acts.labels(act)
        self._registry.register(_Readers(readers))

    def request(self, place: str, method: str, status: int) -> None:
        """Count a request by the kind of its address."""
        self._requests.labels(place, method, f"{status // 100}xx").inc()

    def asked(self, answer: Answer) -> None:
        """Count what became of somebody's asking."""
        self._asks.labels(answer).inc()

    def heard(self, heard: Heard) -> None:
        """Count what became of a hub's delivery."""
        self._deliveries.labels(heard).inc()

    def acted(self, act: str) -> None:
        """Count what a reader did."""
        self._acts.labels(act).inc()

    def text(self) -> bytes:
        """Write them in Prometheus' text format."""
        return generate_latest(self._registry)

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(name, words, labels, registry=self._registry)


class _Readers(Collector):
    def __init__(self, readers: Callable[[], Mapping[Membership, int]]) -> None:
        self._readers = readers

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Name it without looking into the store."""
        yield self._family()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Look into the store."""
        family = self._family()
        counted = self._readers()
        for membership in Membership:
            family.add_metric([membership], counted.get(membership, 0))
        yield family

    def _family(self) -> GaugeMetricFamily:
        return GaugeMetricFamily("dailyten_subscribers", "Subscribers by where they stand", labels=["membership"])
