"""A spec, or a format of images, as people read it: its sheet, line by line."""

from collections.abc import Iterator

from lensbus.cli.field_lines import lines, since
from lensbus.spec.behaviour import Reply
from lensbus.spec.canon import layout_hash
from lensbus.spec.cycle import loads, period
from lensbus.spec.image import ImageFormat, TlvArea
from lensbus.spec.model import MessageType, Spec
from lensbus.spec.shapes import Block, Delimited, Shape, Table, Word
from lensbus.spec.versions import versions
from lensbus.wire.checksum import CHECKSUMS, PARAMETERS


def sheet(found: Spec | ImageFormat) -> Iterator[str]:
    """Everything that it says: contacts, link, frames, messages, tables, or parts of an image."""
    yield from _image(found) if isinstance(found, ImageFormat) else _whole(found)


def _whole(spec: Spec) -> Iterator[str]:
    yield f"{spec.name}: {spec.title}"
    for version in versions(spec):
        hashed = layout_hash(spec, version)
        yield f"  version {version}, layout hash {hashed:08x} ({hashed})"
    yield from _strip(spec)
    yield from _link(spec)
    yield from _cycle(spec)
    for shape in spec.frames.values():
        yield from _frame(shape)
    yield from ("", "messages")
    for message in spec.messages.values():
        yield from _message(message)
    for role in spec.roles.values():
        yield from ("", f"{role.name} (starts in {role.start})")
        for row in role.rows:
            effects = f"  rate {row.rate}" if row.rate else ""
            effects += f"  frame {row.frame}" if row.frame else ""
            effects += f"  version {row.terms.version}" if row.terms else ""
            effects += since(row.versions)
            yield f"  {row.state:10} {row.verb} {row.message:22} {row.next}{effects}"
    if spec.replies:
        yield from ("", "replies")
    for reply in spec.replies.values():
        yield f"  {reply.request:22} {_reply(reply)}{since(reply.versions)}  ({reply.basis.kind})"


def _strip(spec: Spec) -> Iterator[str]:
    """The contacts and lines, where there are any."""
    if spec.contacts:
        yield from ("", "contacts")
    for contact in spec.contacts:
        yield f"  {contact.number:2}  {contact.role}  ({contact.basis.kind})"
    if spec.link.lines:
        yield from ("", "lines")
    for line in spec.link.lines.values():
        yield f"  {line.name:8} driven by {line.driver}; absent: {line.absent}  ({line.basis.kind})"


def _reply(reply: Reply) -> str:
    answers = " or ".join(sorted(reply.answers))
    interim = f", or first {' or '.join(sorted(reply.interim))}" if reply.interim else ""
    tries = "said once" if not reply.retries else f"said {reply.retries + 1} times at most"
    return f"{answers}{interim} within {_decimal(reply.timeout_s)} s, {tries}"


def _link(spec: Spec) -> Iterator[str]:
    link = spec.link
    yield from ("", "link")
    yield f"  slow rate   {link.slow.value:.0f} baud  ({link.slow.basis.kind})"
    yield f"  rates       {' '.join(map(str, link.rates))} baud"
    yield f"  bits        {link.bits_per_byte} a byte"
    yield f"  rate pause  {_decimal(link.rate_pause_s)} s, before the first byte at another rate"
    for name, time in spec.timing.items():
        yield f"  {name:11} {_decimal(time.value)} {time.unit}  ({time.basis.kind})"


def _cycle(spec: Spec) -> Iterator[str]:
    """What each side says at every sync, and how much of a cycle that takes at each rate."""
    said = loads(spec)
    if not said:
        return
    yield from ("", f"cycle, {_decimal(spec.constant('sync_hz'))} a second")
    for load in said:
        names = ", ".join(kind.name for kind in load.messages)
        yield f"  {load.role:9} {load.size:4} bytes: {names}"
    for baud in spec.link.rates:
        shares = ", ".join(f"{load.role} {load.share(spec, baud):.1%}" for load in said)
        yield f"  {baud:9} baud: {period(spec, baud):.0f} bytes a cycle: {shares}"


def _decimal(value: float) -> str:
    return f"{value:.9f}".rstrip("0").rstrip(".")


def _frame(shape: Shape) -> Iterator[str]:
    """The parts of a frame in wire order; numbers are hexadecimal where they are bytes."""
    match shape:
        case Delimited():
            yield from _delimited(shape)
        case Word():
            yield from _words(shape)
        case Block():
            yield from _block(shape)
        case Table():
            yield from ("", f"frame {shape.name}, not framed  ({shape.basis.kind})")
            yield f"  the {shape.leads} says opcodes and the fields of their messages"
            yield "  the other side's answer stands in the clocks one byte later"


def _words(shape: Word) -> Iterator[str]:
    size = f"{shape.integer.size} bytes, {shape.integer.order} end first"
    yield from ("", f"frame {shape.name}, words of {size}  ({shape.basis.kind})")
    for name, bits in shape.parts.items():
        yield f"  {name:9} {_bits(bits)}{', of the key' if name in shape.key else ''}"
    yield f"  {'check':9} {_bits(shape.check_at)}, {shape.check} over {_bits(shape.covers)}"
    if shape.idle is not None:
        yield f"  {'idle':9} {shape.idle:0{2 * shape.integer.size}x}"


def _bits(bits: tuple[int, int]) -> str:
    return f"bits {bits[0]} to {bits[1]}" if bits[0] > bits[1] else f"bit {bits[0]}"


def _block(shape: Block) -> Iterator[str]:
    size = shape.around + shape.room
    yield from ("", f"frame {shape.name}, blocks of {size} bytes  ({shape.basis.kind})")
    for name, integer in shape.header:
        yield f"  {name:9} {integer.name}{', the key' if name in shape.key else ''}"
    yield f"  {'payload':9} {shape.room} bytes"
    yield from _checksum(shape)
    for words, values in (("blocks", shape.blocks), ("controls", shape.controls)):
        if values:
            yield f"  {words:9} {' '.join(f'{value:02x}' for value in values)}"


def _delimited(shape: Delimited) -> Iterator[str]:
    yield from ("", f"frame {shape.name}, at most {shape.max_size} bytes  ({shape.basis.kind})")
    yield f"  {'sync':9} {shape.sync.hex(' ') or 'none'}"
    for name, integer in shape.header:
        yield f"  {name:9} {integer.name}{_told(shape, name)}"
    yield f"  {'payload':9} {'the key, then ' * ('payload' in shape.key)}the message's fields"
    yield from _checksum(shape)
    if shape.tail:
        yield f"  {'tail':9} {shape.tail.hex(' ')}"
    if shape.pad_from:
        who = " and ".join(shape.pad_from)
        yield f"  {'padding':9} from {who}: stale bytes up to a multiple of {shape.pad_to}"


def _checksum(shape: Delimited | Block) -> Iterator[str]:
    check, (function, start) = shape.checksum, CHECKSUMS[shape.checksum]
    known = f"{function(b'123456789', start):0{2 * shape.checksum_int.size}x}"
    yield f"  {'checksum':9} {shape.checksum_int.name}, {check} over {_span(shape.covers)}"
    yield f"            {PARAMETERS[check]}; that of 123456789 is {known}"


def _told(shape: Delimited, name: str) -> str:
    """What a header field is for."""
    text = ", the key" if name in shape.key else ""
    if name == "length":
        text += f", how many bytes there are from {_span(shape.counts)}"
    if shape.packed and name == shape.packed[0]:
        text += f"; where it is {shape.packed[1]:02x}, the payload is a row of messages"
    if name == "seq" and shape.seq:
        laps = ", then ".join(f"{first:02x} to {last:02x}" for first, last in shape.seq.laps)
        one = all(first == last for first, last in shape.seq.laps) and len(shape.seq.laps) == 1
        counts = f"always {shape.seq.laps[0][0]:02x}" if one else f"counts {laps}, and again"
        text += f", {counts}; an answer has the {shape.seq.reply} number"
    return text


def _span(parts: tuple[str, str]) -> str:
    return f"{parts[0]} to {parts[1]}"


def _image(form: ImageFormat) -> Iterator[str]:
    yield f"{form.name}: {form.title}"
    yield from ("", "header")
    for field in form.header:
        wanted = "" if field.wanted is None else f" {field.wanted:#x}"
        place = f"{field.offset:#4x}  {field.integer.size} byte{'s'[: field.integer.size > 1]}"
        yield f"  {place:14}{field.name}{wanted}: {field.words}"
    yield from _area(form.protected)
    yield from _area(form.unprotected)


def _area(area: TlvArea) -> Iterator[str]:
    yield from ("", f"{area.name} TLVs ({area.magic:#06x})")
    for kind in area.tlvs:
        size = f"{kind.size} byte{'s'[: kind.size > 1]}{' each' if kind.is_list else ''}"
        yield f"  {kind.type:#06x}  {kind.name}: {size}, {kind.words}"


def _message(message: MessageType) -> Iterator[str]:
    key = ".".join(f"{part:02x}" for part in message.key) or "-"
    line = f"  (line {message.on_line.line})" if message.on_line else ""
    told = f"{message.name}{line}{since(message.versions)}"
    yield f"  {key:6} {message.sender:5} {told}  ({message.basis.kind})"
    for field in message.fields:
        yield from lines(field, " " * 17)
