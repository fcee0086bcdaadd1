#!/bin/sh
# Drawn requests to a real gateway, by a tool in an environment of its own: tools/fuzz_http.sh VENV [OPTION ...]
set -eu
venv=${1:-.venv-http}
[ $# -gt 0 ] && shift
if [ ! -f "$venv/.installed" ] || [ pyproject.toml -nt "$venv/.installed" ]; then
  echo "Installing what draws requests into $venv (once; about half a minute) ..."
  [ -x "$venv/bin/python" ] || "${PYTHON:-python3}" -m venv "$venv"
  .venv/bin/python -c 'import tomli; print("\n".join(tomli.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["http"]))' \
    >"$venv/requirements.txt"
  "$venv/bin/python" -m pip install --quiet --requirement "$venv/requirements.txt"
  touch "$venv/.installed"
fi
exec .venv/bin/python tools/fuzz_http.py "$venv/bin/schemathesis" "$@"
