# The two commands that everyone needs are `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed

.DEFAULT_GOAL := help
.PHONY: help demo test wheel bench lock frontend clean

help:  ## list these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/'

$(INSTALLED): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(INSTALLED)  ## install, build the graph and answer five questions
	$(BIN)/si-graph build
	@for question in CQ06 CQ14 CQ21 CQ36 CQ48; do echo; $(BIN)/si-graph ask $$question --lang nl; done

test: $(INSTALLED)  ## check style and types, run every test, measure coverage
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --cov --cov-report=term:skip-covered

wheel: $(INSTALLED)  ## build the wheel, with the snapshot in it
	rm -rf dist
	$(BIN)/python -m build --wheel --no-isolation --outdir dist

bench: $(INSTALLED)  ## compare speed and memory with others; PEERS=python-that-has-them
	$(BIN)/python benchmarks/cold_start.py
	$(BIN)/python benchmarks/validation.py
	$(BIN)/python benchmarks/importing.py
	$(BIN)/python benchmarks/publishing.py
	$(BIN)/python benchmarks/serving.py $(if $(PEERS),--peers $(PEERS))
	$(BIN)/python benchmarks/reasoning.py $(if $(PEERS),--peers $(PEERS))

# Without the extras, pip takes a newer release for what is asked for with one.
lock:  ## renew requirements.lock after a change of dependencies
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-strip-extras --no-emit-index-url --no-header --upgrade -q -o requirements.lock

frontend:  ## bring in the libraries of others that the pages use, and check the scripts; needs npm
	$(PYTHON) frontend/vendor.py
	cd frontend && npm run check

clean:  ## remove what was installed and built
	rm -rf .venv build dist
