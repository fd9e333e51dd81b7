"""Every error message in the source, read without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import handmidi
from handmidi import errors

SOURCE = Path(handmidi.__file__).parent
_FAMILY = {name for name in vars(errors) if name.endswith("Error")} | {
    "FinalError", "PassingError", "TooBigError"
}  # fmt: skip
_USAGE = {"ArgumentTypeError", "usage_error"}
_HELPERS = {
    ("checks.py", "error"),
    ("failures.py", "kind"),
    ("base.py", "error"),
    ("child.py", "_failure"),
}
"""A class of the family under another name, as an argument."""


def messages() -> dict[str, list[str]]:
    """Each message with ``{}`` for what is filled in, and the places it comes from.

    A message that is all ``{}`` hands on one made elsewhere, and is left out.
    """
    found: dict[str, list[str]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for call in _calls(tree, path.name):
            for text in _texts(call.args[0], constants):
                if re.search(r"\w", text):
                    place = f"{path.relative_to(SOURCE)}:{call.lineno}"
                    found.setdefault(" ".join(text.split()), []).append(place)
    return found


def _calls(tree: ast.AST, file: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in _FAMILY | _USAGE or (file, name) in _HELPERS:
                yield node


def _texts(node: ast.expr, constants: dict[str, ast.expr]) -> list[str]:
    """What an expression may say, with each branch apart."""
    if isinstance(node, ast.Constant):
        return [node.value if isinstance(node.value, str) else "{}"]
    if isinstance(node, ast.Name) and node.id in constants:
        return _texts(constants[node.id], constants)
    if isinstance(node, ast.IfExp):
        return _texts(node.body, constants) + _texts(node.orelse, constants)
    if isinstance(node, ast.FormattedValue):
        return _texts(node.value, constants) if isinstance(node.value, ast.Name) else ["{}"]
    if isinstance(node, ast.BinOp):
        return _joined([node.left, node.right], constants)
    if isinstance(node, ast.JoinedStr):
        return _joined(node.values, constants)
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "format":
        return [re.sub(r"\{[^}]*\}", "{}", each) for each in _texts(node.func.value, constants)]
    return ["{}"]


def _joined(parts: list[ast.expr], constants: dict[str, ast.expr]) -> list[str]:
    texts = [""]
    for part in parts:
        texts = [begun + end for begun in texts for end in _texts(part, constants)]
    return texts
