# Resonance DAO: `make demo` plays the main job end to end, `make test` proves it. Both install what they need.
# Needed beforehand: Python >= 3.10, Node >= 20, make.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BROWNIE_VENV := .venv-brownie
PROOFS_VENV := .venv-proofs
LOCK_VENV := .venv-lock
HTTP_VENV := .venv-http
CASES ?= 40
MINUTES ?= 10
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUNBUFFERED := 1

.DEFAULT_GOAL := help
.PHONY: help install demo up test test-slow test-deep check contracts prove prove-deep brownie bench soak fuzz-http lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' Makefile

install: $(VENV)/.installed node_modules/.installed ## Install Python and Node packages into the project

$(VENV)/.installed: pyproject.toml requirements.lock
	@echo "Installing Python packages into $(VENV) (once; about a minute) ..."
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.10 or newer is needed, this is " + sys.version) if sys.version_info < (3, 10) else 0'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

lock: ## Pin the Python packages anew, with their hashes, after pyproject.toml has changed
	@tools/lock.sh $(LOCK_VENV) $(LOCK)

node_modules/.installed: package.json package-lock.json
	@echo "Installing Node packages: EVM, compiler, contract libraries (once; about a minute) ..."
	@npm ci --ignore-scripts --no-fund --no-audit --loglevel=error
	@node tools/foundry.mjs
	@touch $@

demo: install ## Play the whole story on a chain of its own and audit it; ends by itself
	@$(BIN)/resonance demo

up: install ## Chain, gateway and data, left running until Ctrl-C
	@$(BIN)/resonance up

test: install ## All fast tests: Python, contracts, end to end
	@tools/contract_tests.sh lite
	@$(BIN)/python -m pytest -n auto -m 'not slow'

test-slow: install ## What `make test` leaves out: more fuzzing, and the slow tests
	@tools/contract_tests.sh ci
	@$(BIN)/python -m pytest -n auto -m slow

DEEP = RESONANCE_PROOFS=10000 RESONANCE_TREES=100000 RESONANCE_REBUILT=100000 RESONANCE_KILLS=5400 RESONANCE_PAUSES=1000 \
	RESONANCE_REORGS=1000 RESONANCE_RPC_SEEDS=20 RESONANCE_PRICE_PATHS=1000 RESONANCE_PAGES=all RESONANCE_DELAY_SECONDS=600 RESONANCE_RECOVERY_S=5 \
	RESONANCE_SYSCALLS=all RESONANCE_MACHINES=2000 RESONANCE_COMMITS=20 RESONANCE_GATEWAY_KILLS=200 RESONANCE_SCARCE=20

test-deep: install ## The slow tests at their full size, and two hours of a gateway under faults; half a day
	@$(DEEP) $(BIN)/python -m pytest -n auto -m slow
	@$(BIN)/python tools/soak.py --minutes 120

soak: install ## Ten minutes of a recorder under faults; MINUTES=3 for three, SOAK="--p99-ms 1000" for other limits
	@$(BIN)/python tools/soak.py --minutes $(MINUTES) $(SOAK)

fuzz-http: install ## Some 5,000 drawn requests to every door of a real gateway: no undocumented answer; CASES=100 for more
	@tools/fuzz_http.sh $(HTTP_VENV) --cases $(CASES)

check: install ## Formatters, linters, types, layers, gas snapshots
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@npx --no-install prettier --check --plugin=prettier-plugin-solidity 'contracts/**/*.sol' 'tests/contracts/**/*.sol'
	@npx --no-install solhint --max-warnings 0 'contracts/**/*.sol'
	@$(BIN)/python benchmarks/run.py --check

prove: install ## Theorems, static analysis, coverage, seeded bugs, a sample of mutants; some twelve minutes; LANES names fewer
	@tools/prove.sh $(PROOFS_VENV) quick $(LANES)

prove-deep: install ## The same without a limit: every mutant, a million calls of each law; a few hours
	@tools/prove.sh $(PROOFS_VENV) deep $(LANES)

brownie: install ## Brownie in an environment of its own: compile, and run every script on its development network
	@tools/brownie.sh $(BROWNIE_VENV)

bench: install ## Gas, timings and the recorder, side by side with named baselines
	@$(BIN)/python benchmarks/run.py
	@$(BIN)/python benchmarks/timings.py
	@$(BIN)/python benchmarks/recording.py

clean: ## Remove what was installed and built; data in .resonance/ stays
	rm -rf $(VENV) $(BROWNIE_VENV) $(PROOFS_VENV) $(LOCK_VENV) $(HTTP_VENV) node_modules build out cache .solc .pytest_cache .mypy_cache .ruff_cache
