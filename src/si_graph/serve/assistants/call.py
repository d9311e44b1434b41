"""How the tools reach the graph."""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from si_graph.serve.workers.outcome import Outcome


class Call(Protocol):
    """Runs an operation in a worker (`serve.operations`), within the limits of the server."""

    async def __call__(self, operation: str, /, **arguments: Any) -> Outcome:
        """Run an operation by its name.

        Raises:
            SiGraphError: What the operation or the pool raises.
        """
