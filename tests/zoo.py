"""A spec with a message of every kind of field that there is, in every place it can stand."""

from pathlib import Path
from tempfile import TemporaryDirectory

from lensbus.spec.fields import INTS
from lensbus.spec.load import load
from lensbus.spec.model import Spec
from tests.samples import SMALL, patched, write

INTEGERS = "".join(f"    a_{name}: {{type: {name}}}\n" for name in INTS)

MESSAGES = {
    "integers": INTEGERS,
    "bounded": """
    a: {type: u24be, low: 5, high: 70000}
    b: {type: i56le, low: -3, high: 3}
    c: {type: i8, low: -1}
    d: {type: u40le, enum: modes}
    e: {type: u24be, flags: bits}
    f: {type: i16be, enum: modes}
    g: {type: u64le, high: 9}
    """,
    "words": """
    a: {type: u16be, bits: {mode: {at: 0, width: 4, enum: modes}, ready: {at: 4}, level: {at: 8, width: 8, low: 1, high: 99, unit: percent, scale: 0.5}}}
    b: {type: u24le, bits: {high: {at: 23}, low: {at: 0}, whole: {at: 2, width: 20}}}
    c: {type: u8, bits: {all: {at: 0, width: 8}}}
    """,
    "texts": """
    a: {type: ascii, size: 3}
    b: {type: bcd, size: 2}
    c: {type: bytes, size: 1}
    d: {type: u16be}
    """,
    "everything": """
    a: {type: i16be}
    b: {type: u32le, low: 5, high: 4000000000}
    c: {type: i8, low: -3, high: 3}
    d: {type: u16be, enum: modes}
    e: {type: u32be, flags: bits}
    f: {type: ascii, size: 3}
    g: {type: bytes, size: 2}
    h: {type: i32le, enum: modes}
    rest: {type: bytes, size: rest}
    """,
    "counted": """
    m: {type: u24le}
    n: {type: u8, high: 20}
    k: {type: u16be}
    a: {type: bytes, count: n}
    b: {type: u8}
    c: {type: ascii, count: k}
    d: {type: array, of: {type: u16le}, count: m}
    """,
    "odd_rest": """
    n: {type: u8, high: 5}
    a: {type: bytes, count: n}
    b: {type: u8}
    c: {type: array, of: {type: u24be}, count: rest}
    """,
    "odder_rest": """
    n: {type: u8, high: 5}
    a: {type: bytes, count: n}
    b: {type: u8}
    c: {type: array, of: {type: u40le, flags: bits}, count: rest}
    """,
    "even_rest": """
    a: {type: ascii, size: until_zero}
    b: {type: u8}
    c: {type: array, of: {type: i32be}, count: rest}
    """,
    "zeros": """
    a: {type: ascii, size: until_zero}
    b: {type: u16be}
    c: {type: ascii, size: until_zero}
    """,
    "line": """
    a: {type: u8}
    b: {type: ascii, size: rest}
    """,
    "arrays": """
    n: {type: u8}
    a: {type: array, of: {type: u16be, low: 2, high: 60000}, count: 3}
    b: {type: array, of: {type: i24le}, count: n}
    c: {type: array, of: {type: u8}, count: 2}
    d: {type: array, of: {type: u16le, enum: modes}, count: n}
    e: {type: array, of: {type: u8, flags: bits}, count: 2}
    f: {type: array, of: {type: i32be}, count: rest}
    """,
    "pixels": "    a: {type: array, of: {type: u24be, high: 9}, count: rest}\n",
    "deep_arrays": """
    a: {type: array, of: {type: array, of: {type: u8}, count: 2}, count: 2}
    b: {type: array, of: {type: u8, bits: {x: {at: 0, width: 3}, y: {at: 5}}}, count: 2}
    c: {type: array, of: {type: ascii, size: 2}, count: 1}
    d: {type: array, of: {type: block, fields: {n: {type: u8}, x: {type: array, of: {type: u16le}, count: n}}}, count: rest}
    """,
    "tail": """
    a: {type: u8}
    b: {type: u24le, optional: true}
    c: {type: ascii, size: until_zero, optional: true}
    d: {type: u16be, bits: {x: {at: 0}}, optional: true}
    e: {type: array, of: {type: u8}, count: 2, optional: true}
    """,
    "late_tail": """
    n: {type: u8}
    a: {type: bytes, count: n}
    b: {type: block, optional: true, fields: {m: {type: u8}, x: {type: bytes, count: m}}}
    """,
    "all_optional": """
    a: {type: u16be, optional: true}
    b: {type: u8, enum: modes, optional: true}
    """,
    "group": """
    a: {type: block, fields: {x: {type: u8}, y: {type: block, fields: {z: {type: u24be}, t: {type: ascii, size: 2}}}, w: {type: u8, bits: {v: {at: 7}}}}}
    b: {type: u16le}
    """,
    "checked": """
    a: {type: block, fields: {x: {type: u8, enum: modes}, y: {type: u16le}}, checksum: {name: panasonic73, type: u16le}}
    b: {type: array, of: {type: block, fields: {t: {type: ascii, size: until_zero}}, checksum: {name: sum16, type: u32be}}, count: 2}
    """,
    "deepest": """
    a: {type: block, fields: {b: {type: block, fields: {c: {type: block, fields: {d: {type: u8}}}}}}}
    """,
}


def zoo_text() -> str:
    """The whole file; the key of the first message ends in 0x20, and so on."""
    text = "messages:\n"
    for key, (name, fields) in enumerate(MESSAGES.items(), 0x20):
        text += f"  {name}:\n    from: body\n    key: [1, {key}]\n    basis: observed\n"
        lines = (f"      {line.strip()}\n" for line in fields.strip().splitlines())
        text += f"    source: bench\n    fields:\n{''.join(lines)}"
    return patched(SMALL, ("messages:\n", text), ("max_size: 32", "max_size: 255"))


def zoo() -> Spec:
    """The whole spec."""
    with TemporaryDirectory() as folder:
        return load(str(write(Path(folder), zoo_text())))
