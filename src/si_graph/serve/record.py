"""What is told of each request: to the log, and to the metrics."""

from __future__ import annotations

from time import perf_counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from si_graph.serve.logs import Log
    from si_graph.serve.metrics import Metrics


class Record:
    """Tells of requests.

    Attributes:
        log: Where errors are told too.
    """

    def __init__(self, log: Log, metrics: Metrics) -> None:
        self.log = log
        self._metrics = metrics

    def answered(
        self,
        number: str,
        method: str,
        route: str,
        address: tuple[str, bytes],
        status: int,
        size: int,
        begin: float,
    ) -> None:
        """Tell of a request that was answered.

        Args:
            number: What it is called in the logs.
            method: Its method.
            route: The pattern of its address.
            address: Its path, and what follows after the question mark.
            status: The status of the answer; 499 if there was none: the client left.
            size: The bytes of its body.
            begin: When it came.
        """
        seconds = perf_counter() - begin
        self._metrics.request(route, method, status, seconds)
        self.log.request(number, method, route, status, seconds, size, address)
