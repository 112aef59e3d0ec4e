# quyu: `make report` writes the reports, `make test` tests them, `make lab` opens the notebooks.
# Needs Python >= 3.11 with pip and venv; everything else is installed into .venv.

PYTHON ?= python3
BIN := .venv/bin
# A file stays with one worker, so that what its tests share is made once.
PYTEST := $(BIN)/python -m pytest -n logical --dist loadscope

.PHONY: report test test-quick prove lint lab lock clean

report: .venv/run.stamp
	$(BIN)/quyu report

test: .venv/test.stamp
	$(PYTEST)

# While you write: words, facts, the index and the doctests of the rooms below the pages.
QUICK := tests/test_house.py tests/words tests/facts tests/index \
	src/quyu/words src/quyu/facts src/quyu/index src/quyu/regions
test-quick: .venv/test.stamp
	$(PYTEST) -m "not prove and not browser" $(QUICK)

# Slow by its nature: whole runs in three languages, kills, clusters, what the README types.
prove: .venv/test.stamp
	$(PYTEST) -m prove --durations=10

# In a working copy, made if there is none; git does not look at it. `make lab lang=en` for English.
lang ?= zh-hant
lab: .venv/run.stamp
	test -f work/README.md || $(BIN)/quyu notebooks work --lang $(lang)
	$(BIN)/jupyter lab --notebook-dir=work

lint: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# The stamps are written last, so an interrupted installation is taken up again.
.venv/run.stamp: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and f"quyu needs Python 3.11 or later; {sys.executable} is {v.major}.{v.minor}. Try: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

.venv/test.stamp: tests/requirements.lock .venv/run.stamp
	$(BIN)/python -m pip install --quiet -r tests/requirements.lock
	touch $@

# For maintainers: pin anew. Names, versions and hashes only; never an index's address.
COMPILE = uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --quiet
lock:
	$(COMPILE) -o requirements.lock
	$(COMPILE) --extra test -c requirements.lock -o tests/requirements.lock

clean:
	rm -rf .venv output build dist
