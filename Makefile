# What one does with a checkout. `make demo` and `make test` need nothing but python3 >= 3.11, make and a package index.
#
#   make demo ARGS="--port 8123 --data-dir DIR"    the server with a demo portfolio, in the foreground
#   make test                                      checks, then all tests; T=tests/schedule for some of them
#   make test PG=postgresql://postgres@host/postgres    the same on another PostgreSQL >= 15 (a superuser's URL)
#   make setup | setup-dev                         the environment in .venv, for running | for working on the code
#   make defences                                  takes each defence of docs/security.md away and sees its test fail
#   make wheels WHEELS=folder                      everything make setup installs, for a machine without a package index:
#   make setup OFFLINE=folder                      there
#   make lint | bench | fuzz | screens | translations | lock | clean

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
T ?= tests
JOBS ?= 2
PG ?=
WHEELS ?= wheels
OFFLINE ?=
export WHEELS OFFLINE
# Every command starts sooner with compiled modules, also where the environment says not to write them beside the sources.
export PYTHONDONTWRITEBYTECODE :=
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/pycache
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard pmo/translations/*/LC_MESSAGES/*.po))

.PHONY: demo test setup setup-dev wheels lint defences bench fuzz screens translations lock clean
.DELETE_ON_ERROR:

demo: setup
	@exec $(BIN)/pmo demo $(ARGS)

setup: .venv/run.stamp $(CATALOGUES)

setup-dev: .venv/dev.stamp $(CATALOGUES)

.venv/run.stamp: requirements/run.txt pyproject.toml tools/setup.py
	@$(PYTHON) tools/setup.py run
	@touch $@

.venv/dev.stamp: requirements/dev.txt pyproject.toml tools/setup.py
	@$(PYTHON) tools/setup.py dev
	@touch .venv/run.stamp $@

wheels:
	@$(PYTHON) tools/setup.py wheels

%.mo: %.po | .venv/run.stamp
	@$(BIN)/pybabel --quiet compile -i $< -o $@

test: setup-dev lint
	@$(PYTHON) tools/setup.py system
	PMO_TEST_DATABASE_URL="$(PG)" $(BIN)/pytest -n $(JOBS) --dist loadgroup -rs $(T)

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.audit

defences: setup-dev
	$(BIN)/python -m tools.defences $(ARGS)

bench: setup-dev
	$(BIN)/python -m tools.bench $(ARGS)

fuzz: setup-dev
	$(BIN)/pytest -q tests/api/whole_fuzz.py

screens: setup-dev
	@$(PYTHON) tools/setup.py system
	$(BIN)/python -m tools.screens $(ARGS)

translations: .venv/run.stamp
	@mkdir -p pmo/translations
	$(BIN)/pybabel --quiet extract -F pyproject.toml -k msg -k nmsg:1,2 --no-location --sort-output --project pmo \
		-o pmo/translations/messages.pot pmo
	for language in fr nl; do $(BIN)/pybabel --quiet update -i pmo/translations/messages.pot -d pmo/translations -l $$language \
		--init-missing --no-fuzzy-matching --ignore-pot-creation-date --ignore-obsolete; done
	$(MAKE) setup

lock:
	@$(PYTHON) tools/setup.py lock

clean:
	rm -rf .venv .venv-tools build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -f pmo/translations/*/LC_MESSAGES/*.mo
