#!/bin/sh
# The contract tests, with forge's own binary: the launcher in node_modules/.bin loses its exit code.
set -eu
profile=${1:-default}
forge=$(.venv/bin/python tools/program.py forge)
echo "Contract tests (forge, profile $profile) ..."
FOUNDRY_PROFILE="$profile" "$forge" test
