#!/bin/sh
# Pins every Python package that `make install` needs, with its hashes, for each supported Python and platform
# at once: `make lock`, after pyproject.toml has changed. What is pinned stays so while it fits; `make lock
# LOCK=--upgrade` takes the newest. Which registry it came from is not written down.
set -eu
venv=$1
shift
test -x "$venv/bin/uv" || { python3 -m venv "$venv" && "$venv/bin/python" -m pip install --quiet 'uv>=0.8,<1'; }
# Building the project itself needs these two.
printf 'hatchling>=1.27\neditables>=0.5\n' |
  "$venv/bin/uv" pip compile --no-config --quiet --universal --python-version 3.10 --generate-hashes --extra dev \
    --no-annotate --no-header --no-emit-index-url --no-emit-find-links "$@" pyproject.toml - -o requirements.lock
