"""An RFC 2217 server around a port, out of pyserial's own parts, for one client at a time."""

import contextlib
import errno
import socket
import threading
from typing import Any, cast

import serial
from serial.rfc2217 import PortManager


class WithLines(serial.Serial):
    """A pty that also has modem lines, wired as a loop: DTR to DSR, RTS to CTS."""

    def _update_dtr_state(self) -> None: ...

    def _update_rts_state(self) -> None: ...

    @property
    def dsr(self) -> bool:
        if self.dsr_fails:
            raise OSError(errno.EIO, "gone")
        return bool(self.dtr)

    @property
    def cts(self) -> bool:
        return bool(self.rts)

    ri = cd = dsr_fails = False


class Server:
    """Serves a port on a TCP port that the system chooses."""

    def __init__(self, port: serial.SerialBase) -> None:
        self.port: Any = port  # the stubs leave out what every port has
        self.port.timeout = 0.02
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"rfc2217://127.0.0.1:{self._listening.getsockname()[1]}"
        self._client: socket.socket | None = None
        self._threads = [threading.Thread(target=self._serve, name="server")]
        self._threads[0].start()

    def write(self, data: bytes) -> None:
        """What the manager has to say to the client."""
        if self._client is not None:
            self._client.sendall(data)

    def hang_up(self) -> None:
        """Cut off the client."""
        if self._client is not None:
            with contextlib.suppress(OSError):
                self._client.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.hang_up()
        for thread in self._threads:
            thread.join(10)
        self.port.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            self._client, _ = self._listening.accept()
        if self._client is None:
            return
        manager = PortManager(self.port, cast("Any", self))
        self._threads.append(threading.Thread(target=self._read, args=(manager,), name="server"))
        self._threads[-1].start()
        with self._client, contextlib.suppress(OSError):
            while data := self._client.recv(1024):
                self.port.write(b"".join(manager.filter(data)))
        self._client = None

    def _read(self, manager: PortManager) -> None:
        with contextlib.suppress(OSError, serial.SerialException):
            while self._client is not None:
                if data := self.port.read(max(1, self.port.in_waiting)):
                    self.write(b"".join(manager.escape(data)))
                manager.check_modem_lines()
