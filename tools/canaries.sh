#!/bin/sh
# Each runner must turn red on a test that fails on purpose; a runner that stays green proves nothing.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder" tests/contracts/Canary.t.sol contracts/Canary.sol' EXIT

red() { # red NAME COMMAND...: the command must fail
  name=$1; shift
  if "$@" >"$folder/out" 2>&1; then
    echo "canary $name stayed GREEN:"; cat "$folder/out"; exit 1
  fi
  echo "canary $name: red, as it must be"
}

forge=$(.venv/bin/python tools/program.py forge)
cat >tests/contracts/Canary.t.sol <<'SOL'
// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

contract CanaryTest {
    function test_fails() external pure {
        require(false, "canary");
    }
}
SOL
red forge "$forge" test --match-contract CanaryTest
rm tests/contracts/Canary.t.sol

printf 'def test_fails():\n    assert False\n' >"$folder/test_canary.py"
red pytest .venv/bin/python -m pytest -q -p no:cacheprovider "$folder/test_canary.py"
printf 'def broken() -> int:\n    return "text"\n' >"$folder/broken.py"
red mypy .venv/bin/python -m mypy --strict --config-file= "$folder/broken.py"
printf 'import os\n' >"$folder/unused.py"
red ruff .venv/bin/ruff check --select F401 --no-cache "$folder/unused.py"
printf 'pragma solidity 0.8.37;\ncontract Canary { function f() public { require(tx.origin == msg.sender, "x"); } }\n' >contracts/Canary.sol
red solhint npx --no-install solhint --max-warnings 0 contracts/Canary.sol
red prettier npx --no-install prettier --check --plugin=prettier-plugin-solidity contracts/Canary.sol
rm contracts/Canary.sol
