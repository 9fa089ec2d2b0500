# Two commands do everything on a machine with only Python 3.11, pip and make:
#   make demo    installs, and opens a pretend salon
#   make test    installs, and runs everything that can run here
# `make test` is check, pure (the two pure folders by their own tests, every branch counted), unit (what else is quick, on
# SQLite), postgresql (the same there, but for the pages), journeys (browsers, processes, the demo, long random stories on
# both databases).
PYTHON ?= python3.11
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/installed
ARGS   ?=
# The tests' rewritten modules are kept: each worker would make them anew. And one thing comes after the other.
unexport PYTHONDONTWRITEBYTECODE
.NOTPARALLEL:

QUICK := not journey and not story
PURE  := tests/policies tests/webhooks
PAGES := tests/connector/console

.PHONY: demo test check pure unit postgresql journeys bench format chaos soak shots lock clean

demo: $(STAMP)
	$(BIN)/ovikello demo $(ARGS)

test: $(STAMP) check pure unit postgresql journeys

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# In the two pure folders each branch must be taken by a test that lies beside it. Counting those of connector/ as well
# would double the tests' time.
pure: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist worksteal $(PURE) --cov --cov-fail-under=100 $(ARGS)

unit: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist worksteal -m "$(QUICK)" --database sqlite $(PURE:%=--ignore=%) $(ARGS)

# What a page says is tried on SQLite: on PostgreSQL each is opened and each form sent, as a journey (tests/doors).
postgresql: $(STAMP)
	$(BIN)/python -m pytest -n auto --dist worksteal -m "$(QUICK)" --database postgresql --ignore=$(PAGES) $(ARGS)

# What needs a browser, processes of its own or the demo's walk; or long stories. Much of it waits, so that four run at once.
journeys: $(STAMP)
	$(BIN)/python -m pytest -n 4 --dist worksteal -m "not ($(QUICK))" $(ARGS)

# How fast it is, beside what this machine could do at best; e.g. ARGS="--only intake --size small"
bench: $(STAMP)
	$(BIN)/python -m tests.bench $(ARGS)

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Kills processes while the booking system misbehaves: ARGS="--jobs 500 --seconds 60 --database sqlite --seed 7"
chaos: $(STAMP)
	$(BIN)/python -m tests.chaos.run $(ARGS)

# An hour at the door, everybody at once, while the memory is watched; e.g. ARGS="--seconds 600"
soak: $(STAMP)
	$(BIN)/python -m tests.doors.soak $(ARGS)

# Pictures of every page in every state, phone and laptop, light and dark, in shots/; some: ARGS="shots queue job-done"
shots: $(STAMP)
	$(BIN)/python -m tests.connector.console.shots $(ARGS)

$(STAMP): requirements.lock pyproject.toml
	command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed: make $(MAKECMDGOALS) PYTHON=python3"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

# Needs uv: resolves pyproject.toml anew and writes every hash. Extras stay in the names: for a bare `coverage` pip takes
# the newest one to pytest-cov's `coverage[toml]`, and then refuses it, since that one is not pinned.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --all-extras --no-strip-extras --no-header --no-annotate \
	  pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.*
