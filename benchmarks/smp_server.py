"""An SMP server that takes one image, as firmware with MCUmgr does; it needs the package smp."""

import binascii
import os
import struct
from collections.abc import Generator, Iterator

from smp.exceptions import SMPException
from smp.header import GroupId, Header
from smp.image_management import ImageUploadWriteRequest, ImageUploadWriteResponse
from smp.message import Response
from smp.os_management import MCUMgrParametersReadResponse
from smp.packet import START_DELIMITER, decode, encode

READ = 65536


def serve(fd: int, image: bytes, buffer_size: int) -> None:
    """Take an image in the order that the client sends it.

    Raises:
        ValueError: it is not the one that was to come.
    """
    got = b""
    for frame in frames(fd):
        answer: Response
        head = Header.loads(frame[: Header.SIZE])
        if head.group_id == GroupId.OS_MANAGEMENT:
            answer = MCUMgrParametersReadResponse(
                sequence=head.sequence, buf_size=buffer_size, buf_count=1
            )
        else:
            request = ImageUploadWriteRequest.loads(frame)
            got += request.data if request.off == len(got) else b""
            answer = ImageUploadWriteResponse(sequence=head.sequence, off=len(got))
        for packet in encode(answer.BYTES):
            os.write(fd, packet)
        if len(got) == len(image):
            break
    if got != image:
        raise ValueError("another image came")


def frames(fd: int) -> Iterator[bytes]:
    """The whole ones; what is spoilt gets no answer."""
    decoder = begun()
    for line in lines(fd):
        if line.startswith(START_DELIMITER):
            decoder = begun()
        try:
            decoder.send(line)
        except StopIteration as end:
            if end.value is not None:
                yield end.value
        except (SMPException, binascii.Error, struct.error):
            continue  # and so will all lines until the next frame begins


def begun() -> Generator[None, bytes, bytes]:
    """A decoder that waits for a line."""
    decoder: Generator[None, bytes, bytes] = decode()
    next(decoder)
    return decoder


def lines(fd: int) -> Iterator[bytes]:
    """With their ends."""
    rest = b""
    while True:
        rest += os.read(fd, READ)
        *whole, rest = rest.split(b"\n")
        yield from (line + b"\n" for line in whole)
