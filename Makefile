# make run    set up, check the graph, print the Vietnam-Russia briefing
# make test   set up, run the tests
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# The tests start hundreds of processes, and a module that is compiled already is imported in half the time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test clean

run: $(VENV)/.installed
	$(BIN)/bde check
	$(BIN)/bde brief VNM RUS

test: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

# The development tools come along: they are small, and one environment serves both commands.
$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $@

clean:
	rm -rf $(VENV) dist
