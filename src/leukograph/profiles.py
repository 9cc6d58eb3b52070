"""Which addresses a store has, how it asks for a password, and what is known of it: one small profile for each.

A target is the address of a store and the name of its profile, or a TOML file that says both. What is known of each
store, and whether it was run or read, stands in docs/publishing.md.
"""

from typing import Any, NamedTuple
from urllib.parse import urlsplit

from leukograph.errors import CallError, nearest
from leukograph.files import read_text
from leukograph.names import is_iri

AUTHS = ("none", "basic", "digest", "bearer")
_FLAGS = ("skolemise", "here")
_KEYS = ("store", "url", "query", "update", "graph-store", "auth", *_FLAGS)


class Profile(NamedTuple):
    """What differs between stores; the addresses are what is put behind that of the store.

    `graph_store` is None where the Graph Store protocol is not used, `reading` its address for reading where that is
    another. `union` says that a query without a dataset sees
    every named graph. `skolemise` says that blank nodes have to become IRIs. `here` says that saved questions are to be
    answered here, from the graphs that the store holds. `doubted` says that its engine was seen to answer some queries
    wrongly; the saved questions are written so that it answers them right, and are compared.
    """

    name: str
    query: str
    update: str
    graph_store: str | None
    auth: str = "none"
    union: bool = False
    skolemise: bool = False
    here: bool = False
    doubted: bool = False
    reading: str | None = None


class Target(NamedTuple):
    """A store to talk to: its profile and its addresses in full."""

    profile: Profile
    query: str
    update: str
    graph_store: str | None
    reading: str | None

    @property
    def name(self) -> str:
        """Return what messages call the store: its address for queries."""
        return self.query


PROFILES = {
    one.name: one
    for one in (
        Profile("oxigraph", "/query", "/update", "/store"),
        Profile("fuseki", "/query", "/update", "/data"),
        Profile("graphdb", "", "/statements", "/rdf-graphs/service", union=True),
        Profile("neptune", "/sparql", "/sparql", "/sparql/gsp/", union=True),
        Profile("qlever", "", "", "", auth="bearer", union=True),
        Profile("rdf4j", "", "/statements", "/rdf-graphs/service", union=True),
        Profile("sparql11", "", "", None, skolemise=True),
        Profile("stardog", "/query", "/update", "", auth="basic"),
        Profile(
            "virtuoso",
            *("/sparql", "/sparql-auth", "/sparql-graph-crud-auth"),
            auth="digest",
            union=True,
            doubted=True,
            reading="/sparql-graph-crud",
        ),
    )
}


def target(where: str, store: str | None = None) -> Target:
    """Return the store at an address, with the profile of that name (oxigraph if None), or as a TOML file says.

    Raises CallError for an address that is none or holds a password, an unknown profile, or an unknown key.
    """
    if "://" in where:
        return _at(where, _profile(store or "oxigraph"), {})
    if not where.endswith(".toml"):
        raise CallError(f"{where!r} is no address of a store and no .toml file. Write http:// or https:// before it.")
    if store:
        raise CallError(f"--store {store}: {where} names its store itself. Leave --store out.")
    import tomllib

    try:
        said = tomllib.loads(read_text(where).removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise CallError(f"{where}: {error}. Mend the file at this place.") from None
    try:
        return _said(said)
    except CallError as error:
        raise CallError(f"{where}: {error}") from None


def _said(said: dict[str, Any]) -> Target:
    """Return the store that the content of a file tells."""
    unknown = sorted(set(said) - set(_KEYS))
    if unknown:
        near = nearest(unknown[0], _KEYS)
        raise CallError(f"unknown key {unknown[0]!r}.{near} Use {', '.join(_KEYS)}; passwords have their own file.")
    for key in _KEYS:
        if key in _FLAGS and not isinstance(said.get(key, False), bool):
            raise CallError(f"{key} is neither true nor false. Write one of the two, without quotes.")
        if key not in _FLAGS and not isinstance(said.get(key, ""), str):
            raise CallError(f"{key} is no text. Put it in quotes.")
    profile = _profile(said.get("store", "sparql11"))
    profile = profile._replace(**{key: said[key] for key in ("auth", *_FLAGS) if key in said})
    if profile.auth not in AUTHS:
        near = nearest(profile.auth, AUTHS)
        raise CallError(f"unknown auth {profile.auth!r}.{near} Use {', '.join(AUTHS)}.")
    if not said.get("url") and not (said.get("query") and said.get("update")):
        raise CallError("no url. Give it, or query and update.")
    return _at(said.get("url", ""), profile, said)


def _profile(name: str) -> Profile:
    if name not in PROFILES:
        near = nearest(name, PROFILES)
        raise CallError(f"unknown store {name!r}.{near} Stores are {', '.join(PROFILES)}; sparql11 is for any other.")
    return PROFILES[name]


def _at(url: str, profile: Profile, said: dict[str, Any]) -> Target:
    """Return the addresses behind that of the store; without one, those alone that are said."""
    base = url.rstrip("/")
    graph_store = base + profile.graph_store if base and profile.graph_store is not None else None
    reading = base + profile.reading if base and profile.reading else graph_store
    found = Target(
        profile,
        said.get("query") or base + profile.query,
        said.get("update") or base + profile.update,
        said.get("graph-store") or graph_store,
        said.get("graph-store") or reading,
    )
    for one in (found.query, found.update, found.graph_store, found.reading):
        if one is not None:
            _check(one)
    return found


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise CallError("the address has no port that could be. Give http(s)://host:port/path.") from None
    if parts.username is not None or parts.password is not None:
        raise CallError("an address must not hold a user or password. Give them in the environment or with a file.")
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise CallError(f"{url!r} is no address of a store. Give http(s)://host:port/path.")
    if parts.fragment or not is_iri(url) or not url.isascii():
        raise CallError(f"{url!r} cannot be asked for. Write it in ASCII, without spaces and without #.")
