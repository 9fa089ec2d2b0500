# Two commands do everything on a machine with only Python 3.11, pip and make:
#   make demo    installs, and opens a pretend salon
#   make test    installs, and runs everything that can run here
PYTHON ?= python3.11
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/installed
ARGS   ?=

.PHONY: demo test check unit bench format lock clean

demo: $(STAMP)
	$(BIN)/ovikello demo $(ARGS)

test: $(STAMP) check unit

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

unit: $(STAMP)
	$(BIN)/python -m pytest -n auto --cov --cov-report= $(ARGS)
	$(BIN)/coverage report --fail-under=90
	$(BIN)/coverage report --include='policies/*,webhooks/*' --fail-under=100

# How fast it is, beside what this machine could do at best; e.g. ARGS="--only intake --size small"
bench: $(STAMP)
	$(BIN)/python -m tests.bench $(ARGS)

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(STAMP): requirements.lock pyproject.toml
	command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: make $(MAKECMDGOALS) PYTHON=python3"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

# Needs uv: resolves pyproject.toml anew and writes every hash.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --all-extras --no-header --no-annotate \
	  pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.*
