"""Who one is to a store: user and password or a token, from the environment or a file of one's own, never shown."""

import base64
import os
import re
import stat
from hashlib import md5, sha256

from leukograph.errors import CallError, EndpointError

VARIABLES = ("LEUKOGRAPH_USER", "LEUKOGRAPH_PASSWORD", "LEUKOGRAPH_TOKEN")
_KEYS = ("user", "password", "token")
_HIDDEN = "…"
WHERE = f"Give {' and '.join(VARIABLES[:2])}, or {VARIABLES[2]}, in the environment, or a file with --credentials."
_MOST = 64 * 1024


class Credentials:
    """A user with a password, or a token; printing it shows neither."""

    def __init__(self, user: str = "", password: str = "", token: str = "") -> None:
        """Take what there is; '' stands for nothing."""
        self.user, self.password, self.token = user, password, token

    def __repr__(self) -> str:
        """Tell that there is something, not what."""
        return f"Credentials({'given' if self else 'none'})"

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return bool(self.user or self.password or self.token)

    def basic(self) -> str:
        """Return the value of `Authorization` for Basic (RFC 7617)."""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()

    def hidden(self, text: str) -> str:
        """Return a text of a server in which nothing secret is left."""
        for secret in (self.password, self.token, self.basic().removeprefix("Basic ") if self else ""):
            if secret:
                text = text.replace(secret, _HIDDEN)
        return text


def find(path: str | None) -> Credentials:
    """Return the credentials in a file, or in the environment where none is named.

    The file is TOML with user and password, or token; others must not be able to read it. Raises CallError otherwise.
    """
    if path is None:
        return _checked(Credentials(*(os.environ.get(name, "") for name in VARIABLES)), "the environment")
    import tomllib

    try:
        with open(path, "rb") as file:
            state = os.fstat(file.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise CallError(f"{path}: this is no ordinary file. Name a file with user and password, or token.")
            if os.name == "posix" and state.st_mode & 0o077:
                raise CallError(f"{path}: others can read it. Make it yours alone: chmod 600 {path}.")
            said = tomllib.loads(file.read(_MOST).decode())
    except OSError as error:
        raise CallError(f"{path}: cannot be read ({error.strerror}). Name a file that you may read.") from None
    except ValueError:  # what is wrong could show what is secret
        raise CallError(f"{path}: this is no TOML. Write user = and password =, or token =, in quotes.") from None
    if not said or set(said) - set(_KEYS) or not all(isinstance(one, str) for one in said.values()):
        raise CallError(f"{path}: write user and password, or token, each in quotes, and nothing else.")
    return _checked(Credentials(*(said.get(key, "") for key in _KEYS)), path)


def fit(found: Credentials, auth: str, *, asked: bool) -> str:
    """Return what is to be told of credentials for a way to log in, '' where all is well.

    Raises CallError for those that cannot be used, and for none where that way was `asked` for in the call.
    """
    if auth == "none":
        note = "user and password, or the token, are not sent: this kind of store asks for none. Give --auth."
        return note if found else ""
    needed = "a token" if auth == "bearer" else "user and password"
    there = found.token if auth == "bearer" else found.user and found.password
    if not there and (found or asked):
        half = (
            "there is none" if auth == "bearer" or not (found.user or found.password) else "one of the two is missing"
        )
        raise CallError(f"auth {auth} needs {needed}, and {half}. {WHERE}")
    return ""


def _checked(found: Credentials, where: str) -> Credentials:
    if any(not char.isprintable() for char in found.user + found.password + found.token):
        raise CallError(f"user, password or token in {where} has a character that cannot be sent. Give plain text.")
    return found


def digest(given: Credentials, challenge: str, method: str, path: str, count: int, own: str) -> str:
    """Return the value of `Authorization` for Digest (RFC 7616, with MD5 or SHA-256).

    `challenge` is the server's `WWW-Authenticate`, `count` how often its nonce was used, `own` a nonce of ours.
    """
    said = {key.lower(): quoted or plain for key, quoted, plain in _PAIRS.findall(challenge)}
    kind = said.get("algorithm", "MD5")
    hashes = {"MD5": md5, "SHA-256": sha256}
    qop = "auth" if "auth" in re.split(r"[\s,]+", said.get("qop", "")) else ""
    if kind.upper() not in hashes or "nonce" not in said or (said.get("qop") and not qop):
        raise EndpointError("the store asks for a kind of Digest that is not known here. Use another way to log in.")

    def hashed(text: str) -> str:
        return hashes[kind.upper()](text.encode(), usedforsecurity=False).hexdigest()

    realm, nonce, times = said.get("realm", ""), said["nonce"], f"{count:08x}"
    first, second = hashed(f"{given.user}:{realm}:{given.password}"), hashed(f"{method}:{path}")
    middle = f"{nonce}:{times}:{own}:{qop}" if qop else nonce
    parts = [f'username="{_escaped(given.user)}"', f'realm="{_escaped(realm)}"', f'nonce="{nonce}"', f'uri="{path}"']
    parts += [f'response="{hashed(f"{first}:{middle}:{second}")}"', f"algorithm={kind}"]
    parts += [f'cnonce="{own}"', f"nc={times}", f"qop={qop}"] if qop else []
    parts += [f'opaque="{said["opaque"]}"'] if "opaque" in said else []
    return "Digest " + ", ".join(parts)


_PAIRS = re.compile(r'(\w[\w-]*)\s*=\s*(?:"([^"]*)"|([^\s",]+))')


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
