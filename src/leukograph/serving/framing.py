"""How the processes of the server speak with each other: frames with a length, replies, and named contents in one."""

import json
import struct
from collections.abc import Iterable
from typing import BinaryIO, NamedTuple

_LENGTH = struct.Struct("!I")
_REPLY = struct.Struct("!IHBB")


class Reply(NamedTuple):
    """What is answered: status, media type, whether the same request always gets the same, and the body."""

    status: int
    media: str
    stable: bool
    body: bytes


def frame(content: bytes) -> bytes:
    """Return content with its length before it."""
    return _LENGTH.pack(len(content)) + content


def unframed(stream: BinaryIO) -> bytes | None:
    """Read one frame from a stream that waits; None at its end."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (size,) = _LENGTH.unpack(head)
    content = stream.read(size)
    return content if len(content) == size else None


def encoded(reply: Reply) -> bytes:
    """Return a reply as a frame."""
    media = reply.media.encode()
    size = _REPLY.size - _LENGTH.size + len(media) + len(reply.body)
    return _REPLY.pack(size, reply.status, reply.stable, len(media)) + media + reply.body


def decoded(buffer: bytearray) -> Reply | None:
    """Return the reply that a buffer holds, or None where it is not whole yet."""
    if len(buffer) < _REPLY.size:
        return None
    size, status, stable, kind = _REPLY.unpack_from(buffer)
    if len(buffer) < _LENGTH.size + size:
        return None
    start = _REPLY.size + kind
    return Reply(status, buffer[_REPLY.size : start].decode(), bool(stable), bytes(buffer[start : _LENGTH.size + size]))


def packed(contents: Iterable[tuple[str, bytes]]) -> bytes:
    """Return named contents as one, in their order."""
    held = list(contents)
    head = json.dumps([[name, len(content)] for name, content in held]).encode()
    return b"".join([frame(head), *(content for _, content in held)])


def unpacked(content: bytes) -> dict[str, bytes]:
    """Return what `packed` was given, by name."""
    (size,) = _LENGTH.unpack_from(content)
    place = _LENGTH.size + size
    found = {}
    for name, length in json.loads(content[_LENGTH.size : place]):
        found[name] = content[place : place + length]
        place += length
    return found
