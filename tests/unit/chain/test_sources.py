from pathlib import Path

import pytest

from resonance_dao.chain.sources import collect, imports_of, project_units
from resonance_dao.errors import CompilationFailed, NotFound

REMAPPINGS = ("@oz/=node_modules/oz/", "@oz/extra/=node_modules/extra/")


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def test_a_folder_without_sources_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        project_units(tmp_path)


def test_a_missing_import_names_the_importer_and_the_place(tmp_path: Path) -> None:
    write(tmp_path, {"contracts/A.sol": 'import "@oz/B.sol";'})
    with pytest.raises(
        CompilationFailed, match=r"@oz/B\.sol, imported by contracts/A\.sol, is not at .*node_modules/oz"
    ):
        collect(tmp_path, ["contracts/A.sol"], REMAPPINGS)


def test_a_source_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "A.sol").write_bytes(b"\xff\xfe")
    with pytest.raises(CompilationFailed, match="cannot be read"):
        collect(tmp_path, ["A.sol"], ())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('import "./B.sol";', ("contracts/B.sol",)),
        ("import './B.sol';", ("contracts/B.sol",)),
        ('import {X, Y as Z} from "../lib/B.sol";', ("lib/B.sol",)),
        ('import * as B from "@oz/B.sol";', ("@oz/B.sol",)),
        ('import "./B.sol" as B;', ("contracts/B.sol",)),
        ('import {\n  X, // why; "not.sol"\n  Y\n} from\n  "./B.sol";', ("contracts/B.sol",)),
        ('// import "./B.sol";', ()),
        ('/* import "./B.sol"; */', ()),
        ('string s = "// not a comment"; import "./B.sol";', ("contracts/B.sol",)),
        ('string important = "x.sol";', ()),
        ("string s = 'import \"./B.sol\";';", ()),
    ],
)
def test_imports_are_read_as_solidity_reads_them(text: str, found: tuple[str, ...]) -> None:
    assert imports_of("contracts/A.sol", text) == found


def test_everything_imported_is_collected_once_under_the_name_it_was_imported_by(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "contracts/A.sol": 'import "./sub/B.sol"; import "@oz/token/T.sol";',
            "contracts/sub/B.sol": 'import "../A.sol"; import "@oz/extra/E.sol";',
            "node_modules/oz/token/T.sol": 'import "../U.sol";',
            "node_modules/oz/U.sol": "",
            "node_modules/extra/E.sol": "",
        },
    )
    found = collect(tmp_path, project_units(tmp_path), REMAPPINGS)
    assert list(found) == [
        "@oz/U.sol",
        "@oz/extra/E.sol",
        "@oz/token/T.sol",
        "contracts/A.sol",
        "contracts/sub/B.sol",
    ]
