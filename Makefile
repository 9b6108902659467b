# `make run` and `make test` need python3 (3.11 to 3.13) and nothing else of ours.
PYTHON ?= python3
BOOTSTRAP = $(PYTHON) config/local/bootstrap.py

.PHONY: run reset test lint bench setup screenshots

run: ## Start everything and print where it is; Ctrl-C ends all of it. PORT and HOST override.
	@$(BOOTSTRAP) run

reset: ## Empty .local/: engines, files, sign-ins. Asks first unless YES=1.
	@$(BOOTSTRAP) reset

test: ## Lint, and unit, database, browser and fault tests, on engines of their own.
	@$(BOOTSTRAP) test

lint:
	@$(BOOTSTRAP) lint

bench: ## Figures, one JSON object a line; ONLY=send,import chooses.
	@ONLY="$(ONLY)" $(BOOTSTRAP) bench

setup: ## Make .venv only.
	@$(BOOTSTRAP) setup

screenshots: ## Pictures for the README, of the demonstration that `make run` shows. URL= where it runs.
	@.venv/bin/python -m config.screenshots $(URL)
