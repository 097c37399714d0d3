# Everything that a person does here has a target; `make help` prints them from their own comments.
# Needs python3 (3.11 or newer), git and GNU make. All else is installed into .venv, pinned by hash.

PYTHON ?= python3
#: The day that the site is made for, as in TODAY=2026-11-22; empty: the real day.
TODAY ?=
#: More options for the command behind a target, as in ARGS="-k dates".
ARGS ?=

venv := .venv
python := $(venv)/bin/python
today := $(if $(TODAY),--today $(TODAY))
pip_install := $(python) -m pip install --quiet --disable-pip-version-check --require-hashes

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
.PHONY: help site serve check test test-update lint format bench lock clean clean-venv

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

site: $(venv)/.site ## build the public site into site/
	$(python) -m scripts build --fail-on broken $(today) $(ARGS)

serve: $(venv)/.site ## preview the site, rebuilt as files change
	$(python) -m scripts serve $(today) $(ARGS)

check: $(venv)/.site ## check data/ and say what to mend; writes nothing
	$(python) -m scripts check $(today) $(ARGS)

test: $(venv)/.dev ## run every test, those in the browser too
	browser="$$(sh tests/browser.sh)" && PRONGSAI_CHROMIUM="$$browser" $(python) -m pytest $(ARGS)

test-update: $(venv)/.dev ## accept what is made now as the golden files (then read the diff)
	$(python) -m pytest -m "not browser" --update-golden $(ARGS)

lint: $(venv)/.dev ## check style and types
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(python) -m mypy

format: $(venv)/.dev ## write the code in the one style
	$(python) -m ruff check --fix-only .
	$(python) -m ruff format .

bench: $(venv)/.dev ## measure time and memory beside a plain mkdocs build
	$(python) -m tests.bench $(ARGS)

# Two settings are switched off because a machine's own package folders would hide the files of
# other platforms, and their hashes. The oldest Python locks: newer ones may pick what it cannot run.
lock: $(venv)/.dev ## remake requirements*.txt from pyproject.toml (ARGS=--upgrade for newer versions)
	@$(python) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
		{ echo "make lock needs Python 3.11 in $(venv): make clean-venv, then make lock PYTHON=python3.11" >&2; exit 1; }
	$(lock_settings) $(pip_compile) --output-file requirements.txt pyproject.toml
	$(lock_settings) $(pip_compile) --all-extras --constraint requirements.txt \
		--output-file requirements-dev.txt pyproject.toml

lock_settings := PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= CUSTOM_COMPILE_COMMAND="make lock"
pip_compile = $(python) -m piptools compile --quiet --no-config --generate-hashes --strip-extras \
	--allow-unsafe --no-annotate --no-emit-index-url --no-emit-trusted-host --no-emit-find-links $(ARGS)

clean: ## delete everything made but .venv
	rm -rf build site .pytest_cache .mypy_cache .ruff_cache .hypothesis

clean-venv: ## delete .venv
	rm -rf $(venv)

# Each stamp is younger than the files it was installed from, so a second call installs nothing.
$(venv)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Prongsai needs Python 3.11 or newer; '$(PYTHON)' is not. Name another: make PYTHON=python3.12" >&2; \
		echo "ต้องใช้ Python 3.11 ขึ้นไป ถ้ามีหลายรุ่นในเครื่อง ให้ระบุชื่อ เช่น make PYTHON=python3.12" >&2; \
		exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv" >&2; \
		echo "ยังไม่มีโมดูล venv ของ Python บน Debian หรือ Ubuntu ให้ติดตั้งด้วย apt-get install python3-venv" >&2; \
		exit 1; }
	$(PYTHON) -m venv --clear $(venv)
	@touch $@

$(venv)/.site: requirements.txt | $(venv)/.made
	$(pip_install) -r requirements.txt
	@touch $@

# The larger set holds the smaller one, at the same versions.
$(venv)/.dev: requirements-dev.txt | $(venv)/.made
	$(pip_install) -r requirements-dev.txt
	@touch $(venv)/.site $@
