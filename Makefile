# Everything that continuous integration runs is a target of this file.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := pyproject.toml CMakeLists.txt $(wildcard native/*)

# A process for each core, at most eight, because each of them collects all tests.
PARALLEL := -n auto --maxprocesses 8 --dist worksteal

.PHONY: demo test quick test-slow spark pytorch check format lint spelling types site check-site notebooks bench sanitize wheel dist integrations clean

demo: $(VENV)/.all  ## Run the tutorial, balance a real table, and study whether it helps
	@echo "1 of 3: the tutorial (a minute or two)"
	$(BIN)/counterpoise tutorial --out demo/tutorial
	@echo "2 of 3: balance a real table (seconds)"
	$(BIN)/python examples/digits.py demo
	@echo "3 of 3: study whether this improves a model (minutes; a line shows the time left)"
	$(BIN)/counterpoise study demo/digits.csv -t label --seed 0 --report demo/study.html --force \
	  --models logistic,forest --methods class-weight,threshold,random-under,random-over,smote
	@echo "Look at demo/tutorial/index.html, demo/digits.png and demo/study.html"

test: $(VENV)/.test  ## Run all tests except the slow ones; with ARGS=--cov also measure coverage
	$(BIN)/coverage erase
	$(BIN)/pytest $(PARALLEL) $(ARGS)

quick: $(VENV)/.test  ## Run a selection of tests from every layer
	$(BIN)/pytest $(PARALLEL) --quick -m 'not slow and not costly' --ignore=src/counterpoise/tutorial tests src $(ARGS)

test-slow: $(VENV)/.test  ## Run the slow tests: simulations, full grids, all seeds
	$(BIN)/pytest $(PARALLEL) -m slow $(ARGS)

# Spark has 400 MB and needs Java: its tests are skipped where it is not installed.
spark: $(VENV)/.test  ## Install Spark for its tests
	$(BIN)/pip install --quiet 'pyspark>=4.0'

integrations: $(VENV)/.integrations  ## Test the libraries of docs/integrations.md, which are large, and run the gallery
	$(BIN)/pytest -n0 -m "" tests/test_integrations.py tests/test_gallery.py

# PyTorch without CUDA has 200 MB. Where it is not installed, its example is shown without output.
pytorch: $(VENV)/.site  ## Install PyTorch for its example in the gallery
	$(BIN)/pip install --quiet --index-url https://download.pytorch.org/whl/cpu torch

check: format lint spelling types test  ## What must pass before a commit

format: $(VENV)/.dev
	$(BIN)/ruff format --check .

lint: $(VENV)/.dev
	$(BIN)/ruff check .

spelling: $(VENV)/.dev
	$(BIN)/codespell

types: $(VENV)/.dev
	$(BIN)/mypy

site: $(VENV)/.site  ## Build the documentation site into build/site/html/
	rm -rf build/site
	$(BIN)/python docs/generate.py build/site/source
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going -c docs build/site/source build/site/html
	$(BIN)/python docs/check_links.py build/site/html
	@echo "Open build/site/html/index.html"

check-site: $(VENV)/.test site  ## Check pages of the site in a browser: accessibility, search, dark mode, phones
	$(BIN)/python docs/check_pages.py build/site/html

notebooks: $(VENV)/.site  ## Execute the examples of the gallery as notebooks, in build/notebooks/
	$(BIN)/python docs/notebooks.py build/notebooks

bench: $(VENV)/.test  ## Run time and memory compared with imbalanced-learn
	$(BIN)/python benchmarks/run.py

sanitize: $(VENV)/.dev  ## Native tests under the compiler's sanitizers
	PYTHON=$(BIN)/python tests/sanitize/run.sh

wheel: $(VENV)/.build  ## Build a wheel into dist/
	$(BIN)/pip wheel --quiet --no-build-isolation --no-deps --wheel-dir dist .

dist: $(VENV)/.dist  ## Build the sdist and from it a wheel, check both, and use the wheel in a bare environment
	rm -rf dist build/bare
	$(BIN)/python -m build
	$(BIN)/twine check --strict dist/*
	case $$(echo dist/*.whl) in *abi3*) $(BIN)/abi3audit --strict --report dist/*.whl;; esac
	$(BIN)/auditwheel show dist/*.whl
	$(BIN)/python -m venv build/bare
	build/bare/bin/pip install --quiet dist/*.whl
	build/bare/bin/python tests/try_wheel.py

clean:
	rm -rf $(VENV) build dist demo

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "counterpoise needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Creating a Python environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Python's venv module is missing; on Debian or Ubuntu: apt-get install python3-venv python3-dev"; exit 1; }
	$(BIN)/pip install --quiet --upgrade pip

# What builds the native code is installed for good, so that only changed files are compiled again.
$(VENV)/.build: $(VENV)/bin/python pyproject.toml
	@echo "Installing the compiler's tools (a minute)"
	@$(BIN)/pip install --quiet cmake ninja $$($(BIN)/python -c \
	  'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"])')
	@touch $@

$(VENV)/.dist: $(VENV)/bin/python
	$(BIN)/pip install --quiet abi3audit auditwheel build twine
	@touch $@

# An editable installation: Python files are used where they lie, native ones are built anew.
$(VENV)/.all $(VENV)/.test $(VENV)/.dev $(VENV)/.integrations $(VENV)/.site: $(VENV)/.%: $(VENV)/.build $(SOURCES)
	@echo "Installing packages and compiling the native code (a few minutes at first, seconds later)"
	@$(BIN)/pip install --quiet --no-build-isolation --editable '.[$*]'
	@touch $@
