#!/bin/sh
# An environment of its own for what one of the project's extras names: tools/environment.sh VENV EXTRA
# The tools only, not the package: they share no library with it.
set -eu
if [ ! -f "$1/.installed" ] || [ pyproject.toml -nt "$1/.installed" ]; then
  echo "Installing what [$2] names into $1 (once; up to a minute) ..."
  [ -x "$1/bin/python" ] || "${PYTHON:-python3}" -m venv "$1"
  .venv/bin/python - "$2" >"$1/requirements.txt" <<'END'
import sys, tomli
with open("pyproject.toml", "rb") as project:
    print(*tomli.load(project)["project"]["optional-dependencies"][sys.argv[1]], sep="\n")
END
  "$1/bin/python" -m pip install --quiet --requirement "$1/requirements.txt"
  touch "$1/.installed"
fi
