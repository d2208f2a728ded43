.DEFAULT_GOAL := help
.PHONY: help setup review test soak check docs format clean

bin := .venv/bin

help: ## Show what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what is missing: system packages, .venv, Fupan
	@scripts/setup.sh

demo: | setup
	@echo "demo: writing three years of exports of an equipment maker into demo/"
	@rm -rf build/demo && mkdir -p build
	@$(bin)/python examples/equipment_maker/generator build/demo
	@mv build/demo demo

# Exit code 1 means: done, with findings that need a person. The demo plants some on purpose.
review: setup | demo ## Run the Monday review of the demo company for its latest complete week
	@$(bin)/fupan review --company demo || [ $$? -eq 1 ]

test: setup ## Run every test but the long ones
	@$(bin)/python -m pytest -q -n 2

soak: setup ## Run the long-running laws and the trials with real servers
	@$(bin)/python -m pytest -q -m soak

check: setup ## Lint, format, types, architecture, SQL, spelling
	@$(bin)/ruff check .
	@$(bin)/ruff format --check .
	@$(bin)/mypy
	@$(bin)/python -m pytest -q tests/test_architecture.py
	@$(bin)/sqlfluff lint --disable-progress-bar sql
	@$(bin)/codespell

docs: setup ## Print the data dictionary and the table of metrics from the code
	@$(bin)/python -m flows.documents

format: setup ## Format Python and SQL
	@$(bin)/ruff check --fix-only --quiet .
	@$(bin)/ruff format .
	@$(bin)/sqlfluff fix --disable-progress-bar --quiet sql

clean: ## Remove what can be made again: .venv, caches, the demo company
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build demo fupan.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
