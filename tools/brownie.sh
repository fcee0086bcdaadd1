#!/bin/sh
# Brownie in an environment of its own: installs it, compiles the project, runs every script on its development network.
set -eu
venv=${1:-.venv-brownie}
if [ ! -f "$venv/.installed" ] || [ pyproject.toml -nt "$venv/.installed" ]; then
  echo "Installing Brownie into $venv (once; one to two minutes) ..."
  [ -x "$venv/bin/python" ] || "${PYTHON:-python3}" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --editable '.[brownie]'
  touch "$venv/.installed"
fi
root=$(pwd)
anvil=$(.venv/bin/python tools/program.py anvil)
# Brownie keeps its state below HOME and starts the program called anvil that stands first on PATH.
home="$root/.resonance/brownie-home"
mkdir -p "$home"
run() { HOME="$home" PATH="$(dirname "$anvil"):$PATH" SOLCX_BINARY_PATH="$root/.solc" PYTHONWARNINGS=ignore RESONANCE_OPERATOR_DEV_INDEX=9 "$venv/bin/brownie" "$@"; }
"$venv/bin/python" -c 'import web3; print("Brownie environment: web3", web3.__version__)'
run compile
for script in deploy open_project open_bounty review report_outcome; do
  echo "brownie run $script --network development"
  run run "$script" --network development
done
echo "Brownie: every script ran"
