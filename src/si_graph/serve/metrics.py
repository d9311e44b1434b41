"""What can be measured of a running server, for Prometheus."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate

from prometheus_client import (
    GC_COLLECTOR,
    CollectorRegistry,
    Counter,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
)

import si_graph

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric

    from si_graph.serve.service import Service

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH"}
_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """Counts requests, and reads the state of the service when asked."""

    def __init__(self, service: Service) -> None:
        self._registry = CollectorRegistry()
        self._requests = _Requests()
        self._refused = Counter(
            "si_graph_refused_connections",
            "Connections that were closed before there was a sound request.",
            ("reason",),
            registry=self._registry,
        )
        ProcessCollector(registry=self._registry)
        self._registry.register(GC_COLLECTOR)
        self._registry.register(self._requests)
        self._registry.register(_State(service))

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request.

        Args:
            route: The pattern of its address: addresses themselves would be too many.
            method: Its method.
            status: That of its answer.
            seconds: How long it took.
        """
        self._requests.add(route, method if method in _METHODS else "other", status, seconds)

    def refused(self, reason: str) -> None:
        """Count a connection that was closed before there was a sound request."""
        self._refused.labels(reason).inc()

    def text(self) -> bytes:
        """Return all metrics in the text format of Prometheus."""
        return generate_latest(self._registry)


class _Requests:
    """Counts requests; the library's own counters, with their locks, take four times as long."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, int], int] = {}
        self._times: dict[str, _Times] = {}

    def add(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request."""
        kind = (route, method, status)
        self._counts[kind] = self._counts.get(kind, 0) + 1
        times = self._times.get(route)
        if times is None:
            times = self._times[route] = _Times()
        times.counts[bisect_left(_BOUNDS, seconds)] += 1
        times.sum += seconds

    def describe(self) -> Iterator[Metric]:
        """Name nothing that is counted elsewhere."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Return what was counted."""
        requests = CounterMetricFamily(
            "si_graph_requests",
            "Requests that were answered.",
            labels=("route", "method", "status"),
        )
        for (route, method, status), count in self._counts.items():
            requests.add_metric([route, method, str(status)], count)
        yield requests
        seconds = HistogramMetricFamily(
            "si_graph_request_seconds",
            "Time from a request's head to the end of its answer.",
            labels=("route",),
        )
        bounds = [*map(str, map(float, _BOUNDS)), "+Inf"]
        for route, times in self._times.items():
            buckets = list(zip(bounds, accumulate(times.counts), strict=True))
            seconds.add_metric([route], buckets, times.sum)
        yield seconds


class _Times:
    """How long the requests of a route took: how many up to each bound or beyond, and in all."""

    __slots__ = ("counts", "sum")

    def __init__(self) -> None:
        self.counts = [0] * (len(_BOUNDS) + 1)
        self.sum = 0.0


class _State:
    """The state of the service, read when it is asked for."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def describe(self) -> Iterator[Metric]:
        """Name nothing: asking for the state would be too early when this is registered."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        service = self._service
        load = service.pool.load
        jobs = GaugeMetricFamily("si_graph_jobs", "Requests at work.", labels=("state",))
        for state, count in load._asdict().items():
            jobs.add_metric([state], count)
        yield jobs
        yield GaugeMetricFamily(
            "si_graph_workers_limit",
            "Requests that may be worked on at the same time.",
            service.pool.limits.workers,
        )
        yield CounterMetricFamily(
            "si_graph_jobs_killed", "Jobs that were ended at a limit.", service.pool.killed
        )
        lookups = CounterMetricFamily(
            "si_graph_cache_lookups", "Answers looked for in the cache.", labels=("result",)
        )
        lookups.add_metric(["hit"], service.cache.hits + service.answers.kept.hits)
        lookups.add_metric(["miss"], service.cache.misses)
        yield lookups
        yield GaugeMetricFamily(
            "si_graph_cache_bytes",
            "Bytes that the cache holds.",
            service.cache.held + service.answers.kept.held,
        )
        yield GaugeMetricFamily(
            "si_graph_versions_shown", "Versions of the data served so far.", service.shown
        )
        yield InfoMetricFamily("si_graph", "What is running.", {"version": si_graph.__version__})
