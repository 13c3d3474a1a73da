PYTHON ?= python3
export PYTHON

.PHONY: help demo odoo engine stop clean
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /make \1\t/' | expand -t 18

demo: ## both demo companies scored and served; prints the address
	@$(PYTHON) -m host demo

odoo: ## Odoo, PostgreSQL and Python ready for bin/odoo
	@$(PYTHON) -m host up

engine: ## the environment of the engine's tests, .odoo/venv-engine
	@$(PYTHON) -m host engine

stop: ## stop what this checkout runs
	@$(PYTHON) -m host stop

clean: ## remove everything that was made in this checkout
	@$(PYTHON) -m host clean
