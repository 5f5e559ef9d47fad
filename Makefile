# make run, make test, make test-long, make check, make bench: nothing else to know.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --no-input
# One more than cores: many tests wait for processes.
JOBS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$((n < 4 ? n + 1 : 4)))
export PIP_ROOT_USER_ACTION := ignore
# Several processes run the same code: one of them compiles it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-long check bench audit lock image release clean
.DEFAULT_GOAL := run

run: .venv/.run
	@exec $(BIN)/python -m config.run

test: .venv/.test
	@$(BIN)/python -m tests.chromium
	@HYPOTHESIS_PROFILE=ci $(BIN)/python -m pytest -q -n $(JOBS) $(ARGS)

test-long: .venv/.test
	@$(BIN)/python -m tests.chromium
	@HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest -q -n $(JOBS) -m "long or not long" --timeout 3600 $(ARGS)

check: .venv/.lint
	@$(BIN)/python -m config.checks

bench: .venv/.bench
	@$(BIN)/python -m bench $(ARGS)

# What is known against the packages of the locks. Wants a network.
audit: .venv/bin/python
	@test -x .venv/audit/bin/pip-audit || { $(BIN)/python -m venv .venv/audit && .venv/audit/bin/python -m pip install --quiet --no-input pip-audit==2.10.1; }
	@# Without --strict a package that nobody could look up counts as sound.
	@for lock in locks/*.lock; do echo $$lock; .venv/audit/bin/pip-audit --strict --disable-pip --require-hashes -r $$lock || { echo "$$lock: not audited, or something was found; without a network nothing can be looked up" >&2; exit 1; }; done

# After a change of requirements*.txt: all that they bring along, by version and hash. What an image may add agrees with
# what it has; licences are read from what is installed, so a new extra is installed first.
lock: .venv/.run
	@$(PIP) uv==0.13.9
	@for name in run test lint bench embeddings train voice tracing s3; do \
		[ $$name = run ] && wanted=requirements.txt || wanted="requirements-$$name.txt --constraint locks/run.lock"; \
		$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
			--no-emit-index-url $$wanted -o locks/$$name.lock; \
	done
	@$(BIN)/python -W ignore manage.py licences --write

REVISION = $(shell git rev-parse HEAD)
VERSION = $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)

# Says of itself what it was made from, so there must be nothing that the commit has not got.
image:
	@test -n "$(REVISION)" || { echo "the image could not say which commit it is of: build it in a checkout" >&2; exit 1; }
	@test -z "$$(git status --porcelain)" || { echo "the image would say that it is of $(REVISION), and there are changes beside it: commit them" >&2; exit 1; }
	@docker build -f deploy/Dockerfile -t dramatis:$(VERSION) --build-arg REVISION=$(REVISION) --build-arg VERSION=$(VERSION) \
		--build-arg CREATED=$$(git show -s --format=%cI HEAD) $(ARGS) .

# What goes beside a release, out of the commit alone: source, bills of materials, licences, checksums, provenance.
release: .venv/.run
	@$(BIN)/python -W ignore manage.py release dist/$(VERSION) $(ARGS)

clean:
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m config.services destroy; else $(PYTHON) -m config.services destroy; fi
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# One environment; each file holds what it was made from, so that only a change of it installs again.
.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: install Python 3.11 or newer, or set PYTHON"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, $$($(PYTHON) -V) was found: set PYTHON to another"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv is missing: install python3-venv (Debian) or a whole Python"; exit 1; }
	@echo "Making a virtual environment in .venv"
	@$(PYTHON) -m venv .venv || { echo "The virtual environment could not be made in $$PWD/.venv"; exit 1; }

.venv/.run: locks/run.lock | .venv/bin/python
	@echo "Installing what the product needs (once, a minute or so)"
	@$(PIP) --require-hashes -r locks/run.lock || { echo "Installing failed: the reason is above; a package that wants a compiler has no wheel for this system"; exit 1; }
	@touch $@

.venv/.test: locks/test.lock .venv/.run
	@echo "Installing what the tests need"
	@$(PIP) --require-hashes -r locks/test.lock || { echo "Installing failed: the reason is above"; exit 1; }
	@touch $@

.venv/.bench: locks/bench.lock .venv/.test
	@echo "Installing what the benchmarks compare with"
	@$(PIP) --require-hashes -r locks/bench.lock || { echo "Installing failed: the reason is above"; exit 1; }
	@touch $@

.venv/.lint: locks/lint.lock .venv/.test
	@echo "Installing what the checks need"
	@$(PIP) --require-hashes -r locks/lint.lock || { echo "Installing failed: the reason is above"; exit 1; }
	@touch $@
