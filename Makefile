VENV := .venv
PYTHON ?= python3
BIN := $(VENV)/bin

.PHONY: demo test setup

demo: setup
	$(BIN)/kursk-claims validate
	$(BIN)/kursk-claims build --quiet
	$(BIN)/kursk-claims query --name numbers
	$(BIN)/kursk-claims query --name disputes
	$(BIN)/kursk-claims query --name long-chains

test: setup
	$(BIN)/pytest

setup: $(VENV)/.ready

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@
