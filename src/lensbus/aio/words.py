"""Why something could not be opened: in the system's words rather than a library's."""

import errno
import os
import re

PLAIN = {errno.ENOTTY: "it is no serial port", errno.EAGAIN: "another program uses it"}
"""Where the system's words would tell a person little."""


def why(error: BaseException) -> str:
    """The reason, without the address that is named anyway; else what the error says of itself."""
    for each in (error, error.__context__):
        match each and each.args:
            case (int(number), *_) if number > 0:
                return _words(number)
            case (int(), str(text)):  # of a name server
                return text
    if "does not seem to support RFC2217" in str(error):
        return "what answers there does not speak RFC 2217"
    found = re.search(r"\[Errno (\d+)\]", str(error))  # of the first of several addresses
    return _words(int(found[1])) if found else str(error)


def _words(number: int) -> str:
    return PLAIN.get(number) or os.strerror(number)
