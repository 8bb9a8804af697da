# Two commands: `make demo` and `make test` do all set-up themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
DATA ?= ../shared/data

.PHONY: demo test test-all install-cluster test-cluster install-workbench test-workbench test-workbench-postgres test-browser tutorial-pictures check-workbench bars-workbench bars-approval fuzz-uploads fuzz-workbench check eval bench docs clean format

$(STAMP): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $(STAMP)

demo: $(STAMP)
	$(BIN)/tongchi run examples/chengyu --out out/demo

test: $(STAMP)
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not slow and not cluster and not workbench and not browser"

test-all: $(STAMP)
	$(BIN)/python -m pytest -q

install-cluster: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[cluster]"

test-cluster: install-cluster
	$(BIN)/python -m pytest -q -m cluster

install-workbench: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[workbench,workbench-dev]"

test-workbench: install-workbench
	$(BIN)/python -m pytest -q -m "workbench and not slow" tests/workbench

# The seven stories in Debian's Chromium, in both languages. Pictures of every page come to out/browser.
test-browser: install-workbench
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[browser]"
	$(BIN)/python -m pytest -q -s -m browser tests/browser

# The pictures of the tutorial, from the walk in English.
tutorial-pictures: install-workbench
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[browser]"
	TONGCHI_BROWSER_QUICK=1 TONGCHI_BROWSER_LANGUAGES=en $(BIN)/python -m pytest -q -m browser tests/browser
	for each in out/browser/tutorial-en-*.png; do cp "$$each" "docs/images/workbench-$${each#out/browser/tutorial-en-}"; done

# The same tests on PostgreSQL, which is started from this machine's package; 75 where it has none.
test-workbench-postgres: install-workbench
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[postgres]"
	$(BIN)/python -m benchmarks.workbench.postgresql $(BIN)/python -m pytest -q -m "workbench and not slow" tests/workbench

# The bars of the workbench: load, kills, backup, size, on SQLite and, where it is installed, PostgreSQL. About 25 minutes on two cores that do nothing else.
bars-workbench: install-workbench
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[postgres]"
	$(BIN)/python -m benchmarks.workbench.load
	TONGCHI_KILLS=200 $(BIN)/python -m benchmarks.workbench.load
	$(BIN)/python -m benchmarks.workbench.backup
	$(BIN)/python -m benchmarks.workbench.size
	$(BIN)/python -m pytest -q -m "workbench and slow" tests/workbench/test_jobs.py

# Nothing is issued without each party's approval of exactly that text: 100,000 steps of chance, and the faults it must find. Half an hour.
bars-approval: install-workbench
	TONGCHI_APPROVAL_STEPS=100000 TONGCHI_APPROVAL_SECONDS=7200 $(BIN)/python -m pytest -q -s -m workbench tests/workbench/test_approval_machine.py

# Files made to do harm and files changed by chance, brought in over the site: 2,000 of them. About 25 minutes.
fuzz-uploads: install-workbench
	TONGCHI_UPLOAD_FILES=2000 $(BIN)/python -m pytest -q -s -m workbench tests/workbench/test_upload_fuzz.py

# Requests made from the description of the API, 200 to each operation. About 4 minutes.
fuzz-workbench: install-workbench
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[workbench-fuzz]"
	TONGCHI_API_CASES=200 $(BIN)/python -m pytest -q -s -m workbench tests/workbench/test_api_fuzz.py

check-workbench: install-workbench
	TONGCHI_DATA=out/check-workbench $(BIN)/mypy --config-file mypy-workbench.ini
	TONGCHI_DATA=out/check-workbench $(BIN)/python -m tongchi.workbench makemigrations --check --dry-run
	TONGCHI_DATA=out/check-workbench TONGCHI_HOSTS=example.org $(BIN)/python -m tongchi.workbench check --deploy --fail-level WARNING

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

eval: $(STAMP)
	$(BIN)/python -m scripts.evaluate --data $(DATA)

bench: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[bench]"
	$(BIN)/python -m benchmarks.run --data $(DATA)

docs: $(STAMP)
	$(BIN)/python -m scripts.build_docs

clean:
	rm -rf $(VENV) out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
