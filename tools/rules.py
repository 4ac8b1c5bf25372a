"""The house rules that no linter knows; `rules.py RULE...` prints `file:line: breach`."""

import ast
import re
import sys
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

MODULE_LINES = 250
FUNCTION_LINES = 40  # without its docstring, and a command without its options
UNDOCUMENTED_LINES = 3

# Names, or paths in the package, of modules without a test file of their own, and why.
UNMIRRORED = {
    "__init__.py": "one docstring",
    "__main__.py": "one call",
    "aio/contract.py": "Protocols only",
    "cli/options.py": "names, types and help of options",
    "session/contract.py": "Protocols only",
}

# Where the spec file, and no Python, holds the numbers of the protocol.
NUMBERLESS = ("session", "devices", "firmware/bootloader.py", "firmware/uploader.py")
PLAIN_NUMBERS = {0, 1, 2, 8}  # 8 bits in a byte; minus is an operator

READERS = {"int", "float", "complex", "Decimal", "fromhex"}

IGNORE = re.compile(
    r"# (?:noqa(?:: [A-Z]+\d+(?:, ?[A-Z]+\d+)*)?"
    r"|type: ignore(?:\[[\w, -]+\])?"
    r"|pragma: no (?:cover|branch))(?P<reason>.*)",
)

type_of_function = (ast.FunctionDef, ast.AsyncFunctionDef)


def budgets(root: Path) -> Iterator[str]:
    """Keep modules and functions short, and every module introduced by one sentence."""
    for path in python_files(root, "src", "tools"):
        source = path.read_text(encoding="utf-8")
        tree, lines = ast.parse(source), len(source.splitlines())
        where = path.relative_to(root)
        if lines > MODULE_LINES:
            yield f"{where}:1: {lines} lines, at most {MODULE_LINES}"
        if lines > UNDOCUMENTED_LINES and not ast.get_docstring(tree):
            yield f"{where}:1: no docstring that says the module's one job"
        for node in ast.walk(tree):
            if isinstance(node, type_of_function):
                options = "cli" in where.parts and node.body[0].lineno - node.lineno
                if (size := function_lines(node) - options) > FUNCTION_LINES:
                    named = f"{where}:{node.lineno}: {node.name}"
                    yield f"{named} has {size} lines, at most {FUNCTION_LINES}"


def function_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    docstring = span(first) if ast.get_docstring(node) else 0
    return span(node) - docstring


def span(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def mirrored(root: Path) -> Iterator[str]:
    """Let every module have its test file in the same place under tests."""
    package = root / "src" / "lensbus"
    for path in python_files(root, "src/lensbus"):
        module = path.relative_to(package)
        test = Path("tests") / module.with_name(f"test_{module.name}")
        exempt = not UNMIRRORED.keys().isdisjoint((module.name, module.as_posix()))
        if not exempt and not (root / test).exists():
            yield f"{path.relative_to(root)}:1: has no {test.as_posix()}"


def numbers(root: Path) -> Iterator[str]:
    """Keep opcodes, rates and time-outs out of Python."""
    folders = [f"src/lensbus/{name}" for name in NUMBERLESS]
    for path in python_files(root, *folders):
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            text = ast.get_source_segment(source, node) if isinstance(node, ast.expr) else ""
            if is_number_in_words(node) or (
                isinstance(node, ast.Constant) and is_protocol_number(node.value, text or "")
            ):
                where = f"{path.relative_to(root)}:{getattr(node, 'lineno', 0)}"
                yield f"{where}: {text} belongs in the spec file"


def is_protocol_number(value: object, text: str) -> bool:
    if isinstance(value, bytes):
        return value != b""
    number = isinstance(value, int | float | complex) and not isinstance(value, bool)
    return number and (value not in PLAIN_NUMBERS or text.lower().startswith("0x"))


def is_number_in_words(node: ast.AST) -> bool:
    """Whether this reads a number out of a text: `int("3000000")`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
        return False
    name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
    texts = [
        arg for arg in node.args if isinstance(arg, ast.Constant) and arg.value not in {"", "inf"}
    ]
    return name in READERS and any(isinstance(text.value, str) for text in texts)


def reasons(root: Path) -> Iterator[str]:
    """Let every ignore say why on its line."""
    for path in python_files(root, "src", "tests", "tools"):
        with path.open("rb") as source:
            for token in tokenize.tokenize(source.readline):
                found = IGNORE.search(token.string) if token.type == tokenize.COMMENT else None
                if found and not re.search(r"\w", found["reason"]):
                    yield f"{path.relative_to(root)}:{token.start[0]}: {found[0]} gives no reason"


def python_files(root: Path, *places: str) -> Iterator[Path]:
    """Find modules, and scripts without a suffix, in files and folders that may be missing."""
    for place in places:
        path = root / place
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        yield from (file for file in found if is_python(file))


def is_python(path: Path) -> bool:
    if path.suffix or not path.is_file():
        return path.suffix == ".py"
    return path.read_bytes().startswith(b"#!/usr/bin/env python3")


RULES: dict[str, Callable[[Path], Iterator[str]]] = {
    "budgets": budgets,
    "mirrored": mirrored,
    "numbers": numbers,
    "reasons": reasons,
}


def main(names: list[str]) -> int:
    breaches = [breach for name in names or RULES for breach in RULES[name](ROOT)]
    for breach in breaches:
        print(breach)
    return int(bool(breaches))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
