# Two commands do everything on a fresh machine: `make run` opens the demo, `make test` tests.
# Set, it makes every process compile all it imports anew: half a second each.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: run test test-long lint types contracts check bench detectors guarantees mutants fit study picture schema clean

run: $(READY)
	$(BIN)/crosstalk demo

# Half of the time tests wait, for terminals and other processes: more of them than processors.
# In the order of tests/conftest.py: a long file that begins last is waited for alone.
test: $(READY)
	$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder

test-long: $(READY)
	$(BIN)/python -m pytest -m "long or not long"

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

contracts: $(READY)
	$(BIN)/lint-imports

check: lint types contracts test

fit: $(READY)
	$(BIN)/python -m agents.models.fitting --data "$(CROSSTALK_PAPER_DATA)" --report docs/SIMULATION.md

study: $(READY)
	$(BIN)/crosstalk sweep docs/study.toml --out build/study
	$(BIN)/python -m agents.reports.study build/study --into docs/STUDY.md

bench: $(READY)
	$(BIN)/python -m tests.benchmarks

detectors: $(READY)
	$(BIN)/python -m tests.planting.report

# In memory where there is such a place: half of a session's time is waiting for a disk.
guarantees: $(READY)
	TMPDIR=$$(test -w /dev/shm && echo /dev/shm || echo $${TMPDIR:-/tmp}) \
	$(BIN)/python -m pytest tests/guarantees -m "long or not long" --durations 0

mutants: $(READY)
	$(BIN)/python -m tests.planting.mutation --write

schema: $(READY)
	$(BIN)/python -m workspaces.history.schema > docs/transcript.schema.json

picture: $(READY)
	$(BIN)/python docs/picture.py

clean:
	rm -rf .venv build dist

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Crosstalk needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --group dev --editable . --constraint constraints.txt
	touch $(READY)
