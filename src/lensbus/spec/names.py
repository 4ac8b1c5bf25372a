"""What a name in a spec may be: it becomes an attribute, a word of a command, a part of a topic."""

import re
from keyword import iskeyword

MOST = 63  # characters

_NAME = re.compile(rf"[a-z][a-z0-9_]{{0,{MOST - 1}}}")


def misnamed(name: str) -> str:
    """Why this can be no name, or an empty text."""
    if _NAME.fullmatch(name):
        return ""
    form = f"begins with a letter, goes on with a-z, 0-9 and _, and ends after {MOST} characters"
    return f"{name!r} is no name, which {form}"


def reserved(name: str) -> str:
    """Why this can be no attribute, though it is a name, or an empty text."""
    return f"{name} is a word of Python, choose another one" if iskeyword(name) else ""
