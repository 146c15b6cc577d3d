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
	$(BIN)/pytest -n auto --dist loadfile --ignore tests/hostile/test_sql_attacks.py
	$(BIN)/pytest tests/hostile/test_sql_attacks.py  # by itself: it takes the memory of its own process to the limit

setup: $(VENV)/.ready

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.PHONY: lock
lock: setup
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml requirements/dev.in -o requirements/dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml requirements/pandas.in -o requirements/pandas.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		requirements/metadata.in -o requirements/metadata.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		requirements/old-duckdb.in -o requirements/old-duckdb.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml requirements/action.in -c requirements/dev.txt -o requirements/action.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		requirements/sbom.in -o requirements/sbom.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --resolution lowest-direct --generate-hashes --no-header \
		pyproject.toml --extra xlsx -o requirements/lowest.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml requirements/spark.in --extra spark -o requirements/spark.txt

.PHONY: sbom
sbom:
	requirements/sbom.sh build/sbom.cdx.json
