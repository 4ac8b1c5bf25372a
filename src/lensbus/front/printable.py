"""Text that is harmless on a terminal; imported before all else."""


def printable(text: str) -> str:
    """Text that moves no cursor and begins no line: all else in it is escaped."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )
