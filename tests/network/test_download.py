"""Files from other servers: whole or not at all, within a size, page by page."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from exchange.importing import EXAMPLES
from loopback import Server, answering, serving
from si_graph.errors import EndpointError, InputError, LimitError
from si_graph.exchange.imports import fetch
from si_graph.network.download import download
