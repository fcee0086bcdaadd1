#!/bin/sh
# The contract tests, with forge's own binary: the launcher in node_modules/.bin loses its exit code.
set -eu
profile=${1:-default}
.venv/bin/python -c 'import os; from pathlib import Path; from resonance_dao.chain.settings import read_settings; from resonance_dao.chain.toolchain import ensure_solc; ensure_solc(Path("."), read_settings(Path(".")).version, env=os.environ)'
forge=$(.venv/bin/python -c 'from pathlib import Path; from resonance_dao.chain.toolchain import binary; print(binary("forge", Path(".")))')
echo "Contract tests (forge, profile $profile) ..."
FOUNDRY_PROFILE="$profile" "$forge" test
