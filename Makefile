# `make` lists the commands. Another Python: make demo PYTHON=/path/to/python3.12
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help demo test lint format screenshots translations odoo engine datasets stop clean

help: ## this list
	@sed -nE 's/^([a-z]+): ## (.*)/make \1	\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: ## both demo companies scored and served; prints the address (HTTP_PORT=8070)
	@host/run demo

test: ## every test; STEPS="lint engine" for some of lint engine house odoo e2e
	@host/run test $(STEPS)

lint: ## the linters only
	@host/run lint

format: ## let the formatters write
	@host/run format

screenshots: ## the pictures of the read-me, from the served demo
	@host/run screenshots

translations: ## templates and it.po brought up to the texts of the code
	@host/run translations

odoo: ## Odoo, PostgreSQL and Python ready, for bin/odoo and bin/pytest
	@host/run up

engine: ## the environment of the engine's tests: .odoo/venv-engine/bin/pytest
	@host/run engine

datasets: ## the published purchase records, in .odoo/datasets
	@host/run datasets

stop: ## stop the web client and PostgreSQL of this checkout
	@host/run stop

clean: ## stop, and remove all that was made here; the cache of downloads stays
	@host/run clean
