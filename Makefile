# `make` lists the commands. All of them are `python3 -m host <command>`.
PYTHON ?= python3
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help demo test lint format screenshots odoo engine datasets stop clean

help: ## this list
	@sed -nE 's/^([a-z]+): ## (.*)/make \1	\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: ## both demo companies scored and served; prints the address (HTTP_PORT=8070)
	@$(PYTHON) -m host demo

test: ## every test; STEPS="lint engine" for some of lint engine house odoo e2e
	@.ci/run $(STEPS)

lint: ## the linters only
	@$(PYTHON) -m host lint

format: ## let the formatters write
	@$(PYTHON) -m host format

screenshots: ## the pictures of the read-me, from the served demo
	@$(PYTHON) -m host screenshots

odoo: ## Odoo, PostgreSQL and Python ready, for bin/odoo and bin/pytest
	@$(PYTHON) -m host up

engine: ## the environment of the engine's tests: .odoo/venv-engine/bin/pytest
	@$(PYTHON) -m host engine

datasets: ## the published purchase records, in .odoo/datasets
	@$(PYTHON) -m host datasets

stop: ## stop the web client and PostgreSQL of this checkout
	@$(PYTHON) -m host stop

clean: ## stop, and remove all that was made here; the cache of downloads stays
	@$(PYTHON) -m host clean
