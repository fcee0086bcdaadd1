#!/bin/sh
# The proof lanes in an environment of their own: tools/prove.sh VENV [quick|deep] [LANE ...]
# Lanes: halmos slither coverage seeded mutation python campaign. `quick` is what CI runs; `deep` leaves nothing out.
set -eu
venv=${1:-.venv-proofs}
pace=${2:-quick}
[ $# -ge 2 ] && shift 2 || shift $#
lanes=${*:-"halmos slither coverage seeded mutation python campaign"}

if [ ! -f "$venv/.installed" ] || [ pyproject.toml -nt "$venv/.installed" ]; then
  echo "Installing the proof tools into $venv (once; about a minute) ..."
  [ -x "$venv/bin/python" ] || "${PYTHON:-python3}" -m venv "$venv"
  # The tools only, not the package: they share no library with it.
  .venv/bin/python -c 'import tomli; print("\n".join(tomli.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["proofs"]))' \
    >"$venv/requirements.txt"
  "$venv/bin/python" -m pip install --quiet --requirement "$venv/requirements.txt"
  touch "$venv/.installed"
fi
forge=$(.venv/bin/python tools/program.py forge)

lane() {
  case $1-$pace in
    halmos-*) .venv/bin/python tools/halmos_lane.py "$venv" "$pace" ;;
    slither-*) .venv/bin/python tools/slither_lane.py "$venv" ;;
    coverage-*) .venv/bin/python tools/coverage_gate.py ;;
    seeded-*) .venv/bin/python tools/seeded_bugs.py "$venv" ;;
    mutation-quick) .venv/bin/python tools/mutation_lane.py sample ;;
    mutation-deep) .venv/bin/python tools/mutation_lane.py full ;;
    python-quick) .venv/bin/python tools/python_mutation_lane.py sample ;;
    python-deep) .venv/bin/python tools/python_mutation_lane.py full ;;
    campaign-quick) ;;
    campaign-deep) FOUNDRY_PROFILE=deep "$forge" test --match-test invariant_ ;;
    *) echo "no lane $1 at pace $pace"; return 1 ;;
  esac
}

red=
for name in $lanes; do
  began=$(date +%s)
  echo "== $name ($pace)"
  lane "$name" || red="$red $name"
  echo "== $name took $(($(date +%s) - began)) s"
done
[ -z "$red" ] || { echo "Red:$red"; exit 1; }
echo "Every lane is green"
