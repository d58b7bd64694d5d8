# Astrarium. `make` alone lists the targets.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help serve test check install format format-check lint types imports docs bench data lock clean

run := .venv/bin/python -m
uv = $(shell command -v uv || echo .tools/bin/uv)
compile = $(uv) pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock"
benchmarks := chart full_chart service turns startup houses places stars batch_files batches batch_endurance saved_charts sign_in live webhooks database database_start jobs endurance
builders := delta_t zones constellations stars figures zodiacs zodiac_page settings_page schedules_page common_passwords places ephemeris earth_motion
inputs := pyproject.toml requirements.lock tools/environment

# An environment that was moved together with the project is made anew.
ifneq ($(shell cat .venv/.home 2>/dev/null),$(shell pwd -P))
$(shell rm -f .venv/.server .venv/.all)
endif

help: ## List the targets
	@awk -F ': .*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

serve: .venv/.server ## Install what serving needs, start the service, print its address (ARGS="--port 9000")
	@.venv/bin/astrarium serve $(ARGS)

test: .venv/.all ## Install everything and run the tests with branch coverage (ARGS="tests/civil -k gap")
	@$(run) pytest --numprocesses auto --maxprocesses 4 --dist loadfile --cov --cov-report term:skip-covered $(coverage_floor) $(ARGS)

check: coverage_floor := --cov-fail-under=95
check: format-check lint types imports docs test ## Everything that must pass before a commit is shared

install: .venv/.all ## Make .venv from requirements.lock, with Astrarium itself editable

format: .venv/.all ## Format the code and apply the safe lint fixes
	@$(run) ruff check --fix-only --quiet .
	@$(run) ruff format .

format-check: .venv/.all ## Check the formatting
	@$(run) ruff format --check .

lint: .venv/.all ## Run every lint
	@$(run) ruff check .

types: .venv/.all ## Check the types (mypy, strict)
	@$(run) mypy

imports: .venv/.all ## Check who may import whom
	@.venv/bin/lint-imports --no-logo

docs: .venv/.all ## Check the documentation and the repository against each other
	@$(run) pytest --quiet tests/repository

bench: .venv/.all ## Measure speed, start-up and memory; each program prints its ratios
	@for program in $(benchmarks); do echo "== $$program" && $(run) benchmarks.$$program || failed=1; done; exit $${failed:-0}

data: .venv/.all ## Build the tables of src/astrarium/data again from their sources
	@for builder in $(builders); do echo "== $$builder" && $(run) builders.$$builder || exit 1; done

lock: .venv/.all ## Renew requirements.lock and tools/uv.txt (ARGS=--upgrade takes newer releases)
	@$(compile) --all-extras $(ARGS) pyproject.toml --output-file requirements.lock
	@echo uv | $(compile) --no-annotate $(ARGS) - --output-file tools/uv.txt

clean: ## Remove everything that the other targets made
	@rm -rf .venv .tools .coverage .coverage.* htmlcov dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find src builders tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

.venv/.server: $(inputs)
	@tools/environment server
	@touch $@

.venv/.all: $(inputs)
	@tools/environment all
	@touch .venv/.server $@
