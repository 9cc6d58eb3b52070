"""Signs text with the RSA key of a file: RSASSA-PKCS1-v1_5 with SHA-256, as RFC 8017 has it in 8.2.1 and 9.2.

The key stays in its file and in memory: nothing of it but the public half is returned, and no complaint shows any of
it. The arithmetic takes a time that depends on the key, so sign where nobody measures you.
"""

import os
import re
import stat
from typing import NamedTuple

from leukograph.errors import FileError

LEAST_BITS, MOST_BITS = 2048, 16384
_MOST_BYTES = 64 * 1024
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_RSA = bytes.fromhex("06092a864886f70d010101")  # the object identifier rsaEncryption, RFC 8017, appendix A.1
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")  # RFC 8017, 9.2, note 1
_KINDS = "an RSA private key in PEM (PKCS #8 or PKCS #1), without a password"
_PEM = re.compile(r"-----BEGIN ((?:RSA )?PRIVATE KEY)-----([A-Za-z0-9+/=\s]*)-----END \1-----")


class Key(NamedTuple):
    """An RSA key: modulus, public and private exponent. It is never shown."""

    modulus: int
    public: int
    private: int

    def __repr__(self) -> str:
        """Return nothing of the key but its length."""
        return f"Key({self.modulus.bit_length()} bits)"


def read_key(path: str) -> Key:
    """Read the private key of a file that nobody else may read; anything else raises FileError."""
    content = _content(path)
    try:
        key = _parsed(content.decode("ascii"))
    except (ValueError, IndexError):
        raise FileError(f"{path}: this is not {_KINDS}. Name a file that holds one.") from None
    if not LEAST_BITS <= key.modulus.bit_length() <= MOST_BITS:
        bits = key.modulus.bit_length()
        raise FileError(f"{path}: a key of {bits} bits. Use one of {LEAST_BITS} to {MOST_BITS} bits.")
    if _public(key, _private(key, 2)) != 2:  # noqa: PLR2004 - any number comes back if the halves fit
        raise FileError(f"{path}: the two halves of this key do not fit. Name a file that holds a whole key.")
    return key


def sign(key: Key, text: str) -> str:
    """Return the signature of a text in UTF-8, in base 64; the same key and text always give the same one."""
    from base64 import b64encode
    from hashlib import sha256

    length = (key.modulus.bit_length() + 7) // 8
    digest = _SHA256 + sha256(text.encode()).digest()
    block = b"\x00\x01" + b"\xff" * (length - len(digest) - 3) + b"\x00" + digest
    return b64encode(_private(key, int.from_bytes(block, "big")).to_bytes(length, "big")).decode()


def public_half(key: Key) -> str:
    """Return the public key as SubjectPublicKeyInfo (RFC 5280, 4.1) in base 64."""
    from base64 import b64encode

    inner = _wrap(0x30, _number(key.modulus) + _number(key.public))
    return b64encode(_wrap(0x30, _wrap(0x30, _RSA + b"\x05\x00") + _wrap(0x03, b"\x00" + inner))).decode()


def _content(path: str) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(handle, "rb") as file:
            state = os.fstat(file.fileno())
            if not stat.S_ISREG(state.st_mode) or state.st_size > _MOST_BYTES:
                raise FileError(f"{path}: this is not {_KINDS}. Name a file that holds one.")
            if os.name == "posix" and state.st_mode & _OTHERS:
                mode = stat.S_IMODE(state.st_mode)
                raise FileError(f"{path}: others may read or change this key (mode {mode:04o}). Say `chmod 600` to it.")
            return file.read()
    except OSError as error:
        raise FileError(f"{path}: cannot be read ({error.strerror}). Name a file that you may read.") from None


def _parsed(text: str) -> Key:
    """Return the key of PEM, or of base 64 alone as the nanopub tools keep it; what is neither raises ValueError."""
    from base64 import b64decode

    found = _PEM.search(text)
    kind, body = (found[1], found[2]) if found else ("PRIVATE KEY", text)
    content = b64decode("".join(body.split()), validate=True)
    if kind == "PRIVATE KEY":  # PKCS #8, RFC 5208: version, algorithm, and the key in an octet string
        _, algorithm, held, *_ = _parts(_inside(content, 0x30))
        if not algorithm[1].startswith(_RSA) or held[0] != 0x04:  # noqa: PLR2004 - the tag of an octet string
            raise ValueError("no RSA key")
        content = held[1]
    numbers = [int.from_bytes(one, "big") for tag, one in _parts(_inside(content, 0x30)) if tag == 0x02]  # noqa: PLR2004
    version, modulus, public, private, *_ = numbers  # RFC 8017, appendix A.1.2
    if version or not (1 < public < modulus and 1 < private < modulus):
        raise ValueError("no two-prime RSA key")
    return Key(modulus, public, private)


def _private(key: Key, number: int) -> int:
    return pow(number, key.private, key.modulus)


def _public(key: Key, number: int) -> int:
    return pow(number, key.public, key.modulus)


def _parts(content: bytes) -> list[tuple[int, bytes]]:
    """Return the tags and contents that follow each other in DER."""
    found = []
    while content:
        tag, length, start = content[0], content[1], 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(content[2:start], "big")
        if len(content) < start + length:
            raise ValueError("cut off")
        found.append((tag, content[start : start + length]))
        content = content[start + length :]
    return found


def _inside(content: bytes, tag: int) -> bytes:
    ((found, inner),) = _parts(content)
    if found != tag:
        raise ValueError("another tag")
    return inner


def _wrap(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:  # noqa: PLR2004 - where the short form of a length ends
        return bytes([tag, length]) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content


def _number(value: int) -> bytes:
    return _wrap(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))
