# This is a generated file! Please edit source .ksy file and use kaitai-struct-compiler to rebuild
# type: ignore

import kaitaistruct
from kaitaistruct import KaitaiStruct, KaitaiStream, BytesIO


if getattr(kaitaistruct, "API_VERSION", (0, 9)) < (0, 11):
    raise Exception(
        "Incompatible Kaitai Struct Python API: 0.11 or later is required, but you have %s"
        % (kaitaistruct.__version__)
    )


class KaitaiLens(KaitaiStruct):
    def __init__(self, _io, _parent=None, _root=None):
        super(KaitaiLens, self).__init__(_io)
        self._parent = _parent
        self._root = _root or self
        self._read()

    def _read(self):
        self.sync = self._io.read_u1()
        if not self.sync == 90:
            raise kaitaistruct.ValidationNotEqualError(90, self.sync, self._io, "/seq/0")
        self.length = self._io.read_u1()
        if not self.length == 16:
            raise kaitaistruct.ValidationNotEqualError(16, self.length, self._io, "/seq/1")
        self.opcode = self._io.read_u1()
        if not self.opcode == 33:
            raise kaitaistruct.ValidationNotEqualError(33, self.opcode, self._io, "/seq/2")
        self.seq = self._io.read_u1()
        self.focus_position = self._io.read_u2le()
        self.focus_velocity = self._io.read_s2le()
        self.aperture_av256 = self._io.read_u2le()
        if not self.aperture_av256 <= 4095:
            raise kaitaistruct.ValidationGreaterThanError(
                4095, self.aperture_av256, self._io, "/seq/6"
            )
        self.focal_length_decimm = self._io.read_u2le()
        self.timestamp_us = self._io.read_u4le()
        self.serial = self._io.read_u2le()
        self.temperature_decic = self._io.read_s2le()
        if not self.temperature_decic >= -400:
            raise kaitaistruct.ValidationLessThanError(
                -400, self.temperature_decic, self._io, "/seq/10"
            )
        if not self.temperature_decic <= 1250:
            raise kaitaistruct.ValidationGreaterThanError(
                1250, self.temperature_decic, self._io, "/seq/10"
            )
        self.crc = self._io.read_u2le()

    def _fetch_instances(self):
        pass
