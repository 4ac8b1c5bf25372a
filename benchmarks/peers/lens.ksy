# The frame of benchmarks/codec.yaml, for kaitai-struct-compiler 0.11: it reads, and has no writer.
meta:
  id: kaitai_lens
  endian: le
seq:
  - {id: sync, type: u1, valid: 0x5a}
  - {id: length, type: u1, valid: 16}
  - {id: opcode, type: u1, valid: 0x21}
  - {id: seq, type: u1}
  - {id: focus_position, type: u2}
  - {id: focus_velocity, type: s2}
  - {id: aperture_av256, type: u2, valid: {max: 4095}}
  - {id: focal_length_decimm, type: u2}
  - {id: timestamp_us, type: u4}
  - {id: serial, type: u2}
  - {id: temperature_decic, type: s2, valid: {min: -400, max: 1250}}
  - {id: crc, type: u2}
