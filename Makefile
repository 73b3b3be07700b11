# `make run` on a machine with python3, make and git; every other target builds on the same environment.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export CLOSEBOOK_HOME ?= $(CURDIR)/var
PORT ?= 8000

.PHONY: run demo setup dev messages fmt lint types imports tidy test check bench sim conformance clean

run: setup
	$(BIN)/python tools/tour.py
	$(BIN)/closebook serve --port $(PORT)

demo: setup
	$(BIN)/python tools/tour.py

setup: $(VENV)/runtime.stamp $(VENV)/messages.stamp

dev: $(VENV)/dev.stamp $(VENV)/messages.stamp

$(VENV)/runtime.stamp: requirements/runtime.txt pyproject.toml tools/setup.sh
	sh tools/setup.sh $(PYTHON) $(VENV) requirements/runtime.txt
	touch $@

$(VENV)/dev.stamp: $(VENV)/runtime.stamp requirements/dev.txt
	sh tools/setup.sh $(PYTHON) $(VENV) requirements/dev.txt
	touch $@

$(VENV)/messages.stamp: $(VENV)/runtime.stamp tools/messages.py $(wildcard src/closebook/web/locale/*/LC_MESSAGES/*.po)
	$(BIN)/python tools/messages.py compile
	touch $@

messages: setup
	$(BIN)/python tools/messages.py collect

fmt: dev
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lint: dev
	$(BIN)/ruff format --check . && $(BIN)/ruff check .

types: dev
	$(BIN)/mypy

imports: dev
	$(BIN)/lint-imports --cache-dir .venv/import-linter

tidy: dev
	$(BIN)/pytest -q tests/project

test: dev
	$(BIN)/pytest -q -n 2 --dist loadgroup

check: lint types imports test

bench: dev
	$(BIN)/python -m benchmarks.ledger
	$(BIN)/python -m benchmarks.etsy_read
	$(BIN)/python -m benchmarks.sync
	$(BIN)/python -m benchmarks.pages
	$(BIN)/python -m benchmarks.matching
	$(BIN)/python -m benchmarks.reckoning
	$(BIN)/python -m benchmarks.intake
	$(BIN)/python -m benchmarks.year

sim: dev
	$(BIN)/python -m tests.simulation.run --seeds 20000

clean:
	rm -rf $(VENV) var dist build
