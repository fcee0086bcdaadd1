"""The examples in the docstrings run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import resonance_dao.evidence

MODULES = sorted(module.name for module in pkgutil.iter_modules(resonance_dao.evidence.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_the_example_of_the_module_runs(name):
    result = doctest.testmod(importlib.import_module(f"resonance_dao.evidence.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
