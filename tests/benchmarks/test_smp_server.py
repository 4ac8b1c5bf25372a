import socket
from threading import Thread

import pytest

pytest.importorskip("smp", reason="smp is not installed: the peer of benchmarks/update.py")

from smp.image_management import ImageUploadWriteRequest, ImageUploadWriteResponse
from smp.message import Request
from smp.os_management import MCUMgrParametersReadRequest, MCUMgrParametersReadResponse
from smp.packet import encode

from benchmarks.smp_server import frames, serve

IMAGE = bytes(range(256)) * 2


def said(message: Request) -> bytes:
    return b"".join(encode(message.BYTES))


def test_an_image_is_taken_in_order_and_each_piece_answered_with_the_offset_wanted_next() -> None:
    client, server = socket.socketpair()
    pieces = [(0, 300), (100, 50), (300, 212)]  # the second came before
    with client, server:
        thread = Thread(target=serve, args=(server.fileno(), IMAGE, 777))
        thread.start()
        client.sendall(said(MCUMgrParametersReadRequest()))
        answers = frames(client.fileno())
        told = MCUMgrParametersReadResponse.loads(next(answers))
        offsets = []
        for offset, size in pieces:
            piece = IMAGE[offset : offset + size]
            client.sendall(said(ImageUploadWriteRequest(off=offset, data=piece)))
            offsets.append(ImageUploadWriteResponse.loads(next(answers)).off)
        thread.join()

    assert told.buf_size == 777
    assert offsets == [300, 300, 512]


def test_a_spoilt_frame_gets_no_answer() -> None:
    client, server = socket.socketpair()
    good = said(ImageUploadWriteRequest(off=0, data=IMAGE))
    spoilt = good[:200] + bytes([good[200] ^ 2]) + good[201:]
    with client, server:
        client.sendall(b"noise\n" + spoilt + good)
        heard = next(frames(server.fileno()))

    assert ImageUploadWriteRequest.loads(heard).data == IMAGE


def test_another_image_is_none() -> None:
    client, server = socket.socketpair()
    with client, server:
        client.sendall(said(ImageUploadWriteRequest(off=0, data=IMAGE)))

        with pytest.raises(ValueError, match="another image"):
            serve(server.fileno(), IMAGE[::-1], 777)
