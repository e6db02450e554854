"""Files, functions and classes stay small enough to read; every module says what lives in it."""

import ast
from pathlib import Path
from statistics import median

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "neodent_viewer"
MODULES = sorted(PACKAGE.rglob("*.py"))


def trees():
    for path in MODULES:
        yield path.relative_to(PACKAGE), ast.parse(path.read_text(encoding="utf8"))


def test_files_are_at_most_400_lines():
    long = {str(p.relative_to(PACKAGE)): n for p in MODULES if (n := len(p.read_text().splitlines())) > 400}
    assert not long


def test_the_median_file_is_about_120_lines():
    sizes = [n for p in MODULES if p.name != "__init__.py" and (n := len(p.read_text().splitlines()))]
    assert median(sizes) <= 150


def test_functions_are_at_most_60_lines_and_classes_at_most_25_methods():
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    wrong, sizes = [], []
    for name, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, kinds):
                size = node.end_lineno - node.lineno + 1
                sizes.append(size)
                if size > 60:
                    wrong.append(f"{name}:{node.lineno} {node.name}: {size} lines")
            if isinstance(node, ast.ClassDef) and sum(isinstance(x, kinds) for x in node.body) > 25:
                wrong.append(f"{name}:{node.lineno} class {node.name}: too many methods")
    assert not wrong
    assert median(sizes) <= 15


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_file_opens_with_what_lives_in_it(path):
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf8")))
    assert docstring
    assert len(docstring) >= 20
