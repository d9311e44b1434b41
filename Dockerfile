# The server with the bundled graph: `docker build -t si-graph .`, `docker run -p 8000:8000 si-graph`.
# It needs nothing but /tmp to write to: `docker run --read-only --tmpfs /tmp …` works.
FROM python:3.13-slim AS build

WORKDIR /build
COPY requirements.lock ./
RUN python -m venv /opt/si-graph \
    && /opt/si-graph/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
# The wheel is built here, with the snapshot in it; nothing of the build is left in the image.
RUN /opt/si-graph/bin/python -m build --wheel --no-isolation --outdir dist \
    && python -m venv --clear /opt/served \
    && /opt/served/bin/pip install --no-cache-dir dist/*.whl

FROM python:3.13-slim

LABEL org.opencontainers.image.title="SI-Graph" \
      org.opencontainers.image.description="The open knowledge graph of social-innovation policy" \
      org.opencontainers.image.licenses="Apache-2.0 AND CC-BY-4.0"

RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin si-graph
COPY --from=build /opt/served /opt/served

ENV PATH=/opt/served/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SI_GRAPH_HOST=0.0.0.0 \
    SI_GRAPH_PORT=8000

USER si-graph
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["si-graph", "serve"]
