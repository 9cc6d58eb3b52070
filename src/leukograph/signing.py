"""Signs text with the RSA key of a file: RSASSA-PKCS1-v1_5 with SHA-256, the signature that nanopublications have.

The package cryptography does it, which the extra `sign` brings. The key stays in its file and in memory: nothing of it
but the public half is returned, and no complaint shows any of it.
"""

import os
import stat
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

from leukograph.errors import CallError, FileError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

LEAST_BITS, MOST_BITS = 2048, 16384
_MOST_BYTES = 64 * 1024
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_KINDS = "an RSA private key in PEM (PKCS #8 or PKCS #1), without a password"


def read_key(path: str) -> "RSAPrivateKey":
    """Read the private key of a file that nobody else may read; anything else raises FileError.

    It is PEM, or the base 64 alone of PKCS #8, as the nanopub tools keep it. Without the package cryptography this
    raises CallError.
    """
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key
    except ImportError:
        raise CallError(
            "--sign-key: the package cryptography is not there. Say `pip install 'leukograph[sign]'`."
        ) from None
    content = _content(path)
    try:
        if content.startswith(b"-----BEGIN"):
            key = load_pem_private_key(content, password=None)
        else:
            key = load_der_private_key(b64decode(b"".join(content.split()), validate=True), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise FileError(f"{path}: this is not {_KINDS}. Name a file that holds one.") from None
    if not isinstance(key, RSAPrivateKey):
        raise FileError(f"{path}: this is not {_KINDS}. Name a file that holds one.")
    if not LEAST_BITS <= key.key_size <= MOST_BITS:
        raise FileError(f"{path}: a key of {key.key_size} bits. Use one of {LEAST_BITS} to {MOST_BITS} bits.")
    return key


def sign(key: "RSAPrivateKey", text: str) -> str:
    """Return the signature of a text in UTF-8, in base 64; the same key and text always give the same one."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    return b64encode(key.sign(text.encode(), PKCS1v15(), SHA256())).decode()


def public_half(key: "RSAPrivateKey") -> str:
    """Return the public key as SubjectPublicKeyInfo (RFC 5280, 4.1) in base 64."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


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
