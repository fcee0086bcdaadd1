import subprocess
import sys

MODULES = "artifact book client compiler contract deployment devchain keystore plan sender signer toolchain"
HEAVY = {"web3", "solcx", "eth_account", "requests"}


def test_importing_the_layer_starts_nothing_and_loads_no_slow_library() -> None:
    code = "import sys\n" + "".join(f"import resonance_dao.chain.{name}\n" for name in MODULES.split())
    code += f"print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
