#!/bin/sh
# Drawn requests to a real gateway, by a tool in an environment of its own: tools/fuzz_http.sh VENV [OPTION ...]
set -eu
venv=${1:-.venv-http}
[ $# -gt 0 ] && shift
tools/environment.sh "$venv" http
exec .venv/bin/python tools/fuzz_http.py "$venv/bin/schemathesis" "$@"
