import errno
import socket

import pytest
import serial

from lensbus.aio.words import why

REFUSED = errno.ECONNREFUSED


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(REFUSED, "Connect call failed ('127.0.0.1', 1)"), "Connection refused"),
        (OSError(f"Multiple exceptions: [Errno {REFUSED}] 1, [Errno 1]"), "Connection refused"),
        (socket.gaierror(-2, "Name or service not known"), "Name or service not known"),
        (OSError("AF_UNIX path too long"), "AF_UNIX path too long"),
        (ValueError("label too long"), "label too long"),
        (serial.SerialException(errno.EISDIR, "could not open port /: ..."), "Is a directory"),
        (OSError(errno.EAGAIN, "Could not exclusively lock port"), "another program uses it"),
        (OSError(errno.ENOTTY, "Inappropriate ioctl for device"), "it is no serial port"),
        (TimeoutError(), ""),
        (
            serial.SerialException("Remote does not seem to support RFC2217 or BINARY mode [we-"),
            "what answers there does not speak RFC 2217",
        ),
    ],
)
def test_the_reason_is_told_without_what_a_library_puts_around_it(
    error: Exception, expected: str
) -> None:
    assert why(error) == expected


def test_what_a_library_has_wrapped_is_unwrapped() -> None:
    with pytest.raises(serial.SerialException) as caught:
        serial.Serial("/dev/null")

    assert why(caught.value) == "it is no serial port"
