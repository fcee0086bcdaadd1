"""
The vectors, and fresh content, against the IPFS project's own importer (npm ipfs-unixfs-importer) under
node.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from resonance_dao.evidence.evidence import add_directory, cid_of_file
from resonance_dao.evidence.unixfs import KUBO_CID_V1, UNIXFS_V0_2015

ORACLE = Path(__file__).parent / "unixfs_oracle.mjs"
IMPORTER = Path(__file__).parents[3] / "node_modules" / "ipfs-unixfs-importer"

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not IMPORTER.is_dir(),
    reason="node, or node_modules/ipfs-unixfs-importer, is missing: run `npm ci`",
)


def _noise(size: int) -> bytes:
    return hashlib.shake_256(str(size).encode()).digest(size) if size else b""


def _oracle(profile: str, path: Path) -> str:
    command = ["node", str(ORACLE), profile, str(path)]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout.strip()


@pytest.mark.parametrize("profile", [KUBO_CID_V1, UNIXFS_V0_2015], ids=lambda profile: profile.name)
@pytest.mark.parametrize(
    "size", [0, 1, 262_144, 262_145, 5_000_000, pytest.param(46_000_000, marks=pytest.mark.slow)]
)
def test_a_file_has_the_importers_cid(size, profile, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(_noise(size))
    with path.open("rb") as file:
        assert str(cid_of_file(file, profile)) == _oracle(profile.name, path)


def test_a_folder_with_japanese_names_has_the_importers_cid(tmp_path, embedded):
    root = tmp_path / "作品"
    for number, name in enumerate(
        ["和菓子/春/桜餅.jpg", "和菓子/秋/栗.jpg", "説明.txt", "a", "b/a", "b.txt", "Z"]
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(_noise(number * 90_000))
    (root / "空").mkdir()
    assert str(add_directory(embedded, root).cid) == _oracle("kubo-cid-v1", root)
