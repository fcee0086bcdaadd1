#!/bin/sh
# The proof lanes in an environment of their own: tools/prove.sh VENV [quick|deep] [LANE ...]
# Lanes: halmos slither coverage seeded mutation python campaign. `quick` is what CI runs; `deep` leaves nothing out.
set -eu
venv=${1:-.venv-proofs}
pace=${2:-quick}
[ $# -ge 2 ] && shift 2 || shift $#
lanes=${*:-"halmos slither coverage seeded mutation python campaign"}

tools/environment.sh "$venv" proofs
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
