"""
The solver that halmos calls: Yices on bits and cvc5 on integers, side by side; the first answer wins.

Yices is fast where bits are moved, and lost where money is multiplied and divided; cvc5 reads the same words
as integers and proves those at once, one part of them only with its decision procedure for products, the
other only without. Prints what a solver prints: `sat`, `unsat` or `unknown`, then what the query asked for.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ANSWERS = ("sat", "unsat")
POLL_S = 0.005


def solve_as_integers(query: Path, products: str) -> None:
    """Run the SMT-LIB commands of `query` in cvc5, bit vectors read as integers, and print its answers."""
    import cvc5

    solver = cvc5.Solver()
    # halmos tells by the model whether an answer stood on its abstract products and must be asked again.
    solver.setOption("produce-models", "true")
    solver.setOption("solve-bv-as-int", "sum")
    solver.setOption("nl-cov", products)
    parser = cvc5.InputParser(solver)
    parser.setFileInput(cvc5.InputLanguage.SMT_LIB_2_6, str(query))
    while not (command := parser.nextCommand()).isNull():
        sys.stdout.write(command.invoke(solver, parser.getSymbolManager()))


def first_answer(query: Path) -> str:
    """Return the output of whichever solver first says sat or unsat, else `unknown`; the others are ended."""
    yices = Path(sys.executable).with_name("yices-smt2")
    commands = [
        [str(yices), "--smt2-model-format", str(query)],
        [sys.executable, __file__, str(query), "true"],
        [sys.executable, __file__, str(query), "false"],
    ]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for command in commands
    ]
    try:
        while running:
            for process in [process for process in running if process.poll() is not None]:
                running.remove(process)
                output, _ = process.communicate()
                if output.split("\n", 1)[0].strip() in ANSWERS:
                    return output
            time.sleep(POLL_S)
        return "unknown\n"
    finally:
        for process in running:
            process.kill()


if __name__ == "__main__":
    if len(sys.argv) == 3:
        solve_as_integers(Path(sys.argv[1]), sys.argv[2])
    else:
        sys.stdout.write(first_answer(Path(sys.argv[1])))
