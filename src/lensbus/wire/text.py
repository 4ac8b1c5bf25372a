"""Text in bytes and back: ASCII, padded with zeros or not, and decimal digits, two a byte."""


def padded(data: bytes) -> str:
    """ASCII up to the zeros at its end; ValueError where it is none."""
    return whole(data.rstrip(b"\0"))


def whole(data: bytes) -> str:
    """ASCII without zeros; ValueError where it is none."""
    if 0 in data:
        raise ValueError(data)
    return data.decode("ascii")


def digits(data: bytes) -> str:
    """Two decimal digits a byte; ValueError where one is above 9."""
    text = data.hex()
    if not text.isdecimal():
        raise ValueError(text)
    return text
