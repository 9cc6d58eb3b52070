"""`leukograph export nanopub`: one file a statement, named by what it says; tampering is seen, and no key leaks."""

import base64
import functools
import hashlib
import json
import math
import os
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

import checking_tools
from commands import call
from leukograph import completion, exporting, material, signing, trusty
from leukograph.errors import CallError, FileError
from leukograph.exports import nanopub
from leukograph.material import Material
from leukograph.names import GRAPHS, LGD, LGO, LGV, PREFIXES, RDF_TYPE, RDFS_LABEL, graph_iri
from leukograph.records import Exported, Text

ROOT = Path(__file__).parents[1]
NELARABINE = "option-nelarabine-ph-negative.trig"
CREATOR, CREATED = "https://example.org/someone", "2026-05-04T12:30:00+02:00"
CODE = re.compile(r"https://w3id\.org/leukograph/np/(RA[A-Za-z0-9_-]{43})(?=[/>])")
SMALL = math.prod(range(3, 2000, 2))
CHECK = """
import json, pathlib, sys
import nanopub_sign
from nanopub import Nanopub

for path in map(pathlib.Path, sys.argv[1:]):
    told = {"file": path.name}
    try:
        one = Nanopub(rdf=path)
        told["nanopub"] = str(one.has_valid_trusty and one.is_valid)
    except Exception as error:
        told["nanopub"] = str(error)
    try:
        told["nanopub-sign"] = str(nanopub_sign.Nanopub(path.read_text(encoding="utf-8")).check() is not None)
    except Exception as error:
        told["nanopub-sign"] = str(error)
    print("\\n" + json.dumps(told))
"""


class Made(NamedTuple):
    """A key made for a test, with its numbers and the two spellings of its file."""

    modulus: int
    private: int
    pkcs1: str
    pkcs8: str


def prime(bits: int, source: random.Random) -> int:
    while True:
        one = source.getrandbits(bits) | (3 << (bits - 2)) | 1
        if math.gcd(one, SMALL) > 1:
            continue
        odd, twos = one - 1, 0
        while odd % 2 == 0:
            odd, twos = odd // 2, twos + 1
        for _ in range(12):
            power = pow(source.randrange(2, one - 1), odd, one)
            if power in (1, one - 1) or any((power := power * power % one) == one - 1 for _ in range(twos - 1)):
                continue
            break
        else:
            if (one - 1) % 65537:
                return one


def der(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag]) + (bytes([size]) if size < 128 else bytes([0x80 | len(length)]) + length) + content


def pem(kind: str, content: bytes) -> str:
    body = base64.encodebytes(content).decode()
    return f"-----BEGIN {kind}-----\n{body}-----END {kind}-----\n"


@functools.cache
def primes(bits: int) -> tuple[int, int]:
    source = random.Random(bits)  # noqa: S311 - the key guards nothing
    return prime(bits // 2, source), prime(bits // 2, source)


def make(bits: int, algorithm: str = "06092a864886f70d010101", twist: int = 0) -> Made:
    one, two = primes(bits)
    private = pow(65537, -1, (one - 1) * (two - 1)) + twist
    numbers = [0, one * two, 65537, private, one, two, private % (one - 1), private % (two - 1), pow(two, -1, one)]
    inner = der(0x30, b"".join(der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big")) for number in numbers))
    outer = der(0x30, b"\x02\x01\x00" + der(0x30, bytes.fromhex(algorithm) + b"\x05\x00") + der(0x04, inner))
    return Made(one * two, private, pem("RSA PRIVATE KEY", inner), pem("PRIVATE KEY", outer))


@pytest.fixture(scope="module")
def own_key() -> Made:
    return make(2048)


@pytest.fixture(scope="module")
def whole() -> Material:
    return material.gather(str(ROOT), GRAPHS)


@pytest.fixture(scope="module")
def unsigned() -> Exported:
    return exporting.export(str(ROOT), "nanopub")


@pytest.fixture(scope="module")
def signed(own_key: Made, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    given = {
        "sign-key": str(keep(own_key.pkcs8, tmp_path_factory.mktemp("key"))),
        "creator": CREATOR,
        "created": CREATED,
    }
    return exporting.export(str(ROOT), "nanopub", given=given)


def keep(text: str, folder: Path) -> Path:
    path = folder / "key.pem"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


def quads(content: bytes) -> list[ox.Quad]:
    return list(ox.parse(content, format=ox.RdfFormat.TRIG))


def part(content: bytes, name: str) -> set[str]:
    return {" ".join(map(str, quad.triple)) for quad in quads(content) if str(quad.graph_name).endswith(f"/{name}>")}


def blanked(content: bytes) -> list[trusty.Quad]:
    """Return the quads of a file with a blank where its code stands."""
    (code,) = set(CODE.findall(content.decode()))

    def plain(term: object) -> str:
        return str(getattr(term, "value", "")).replace(code, " ")

    return [
        (
            plain(one.graph_name),
            plain(one.subject),
            one.predicate.value,
            Text(one.object.value, "" if one.object.language else one.object.datatype.value, one.object.language or "")
            if isinstance(one.object, ox.Literal)
            else plain(one.object),
        )
        for one in quads(content)
    ]


def page_triples(whole: Material) -> set[str]:
    return {" ".join(map(str, quad.triple)) for quad in whole.quads["page"]}


def test_each_statement_has_a_file_and_four_graphs(whole: Material, unsigned: Exported) -> None:
    statements = {quad.subject.value for quad in whole.quads["page"] if quad.predicate.value == LGO + "hasModality"}  # type: ignore[union-attr]
    assert [LGD + name.removesuffix(".trig") for name, _ in unsigned.files] == sorted(statements)
    assert len(statements) == 23
    for _, content in unsigned.files:
        (code,) = set(CODE.findall(content.decode()))
        start = f"<https://w3id.org/leukograph/np/{code}"
        graphs = {str(quad.graph_name) for quad in quads(content)}
        assert graphs == {f"{start}/{name}>" for name in ("Head", "assertion", "provenance", "pubinfo")}
        for link, name in (("Assertion", "assertion"), ("Provenance", "provenance"), ("PublicationInfo", "pubinfo")):
            assert f"{start}> <http://www.nanopub.org/nschema#has{link}> {start}/{name}>" in part(content, "Head")


def test_the_name_is_the_digest_of_the_content_and_any_change_is_seen(unsigned: Exported) -> None:
    for _, content in unsigned.files:
        (code,) = set(CODE.findall(content.decode()))
        right = blanked(content)
        assert trusty.code(right) == code
        assert trusty.code(reversed(right)) == code
        for place in (0, len(right) // 2, len(right) - 1):
            assert trusty.code(right[:place] + right[place + 1 :]) != code
    assert len({code for _, content in unsigned.files for code in CODE.findall(content.decode())}) == 23


def test_the_normal_form_is_that_of_the_specification() -> None:
    text: list[trusty.Quad] = [
        ("g", "s", "p", Text("b", "", "EN")),
        ("g", "s", "p", Text("b", PREFIXES["xsd"] + "string")),
        ("g", "s", "p", Text("a\\\nb", PREFIXES["xsd"] + "integer")),
        ("g", "s", "p", "z"),
        ("g", "s", "p", "z"),
        ("a /x", "s", "p", "o"),
    ]
    xsd = PREFIXES["xsd"]
    assert trusty.normal_form(text) == (
        f"a /x\ns\np\no\ng\ns\np\nz\ng\ns\np\n^{xsd}integer a\\\\\\nb\ng\ns\np\n@en b\ng\ns\np\n^{xsd}string b\n"
    )
    assert trusty.code([]) == "RA47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"  # SHA-256 of nothing, as module FA has it


def test_the_files_and_the_losses_are_the_page(whole: Material, unsigned: Exported) -> None:
    told: set[str] = set()
    for _, content in unsigned.files:
        told |= part(content, "assertion") | part(content, "provenance")
    added = {line for line in told if CODE.search(line)}
    assert {line.split(" ")[1] for line in added} == {"<http://www.w3.org/ns/prov#wasDerivedFrom>"}
    lost = {f"<{loss.record}> {was}" for loss in unsigned.losses for was in loss.was}
    right = page_triples(whole)
    assert told - added == right - lost
    assert lost < right
    assert not lost & (told - added)


def test_no_assertion_says_more_than_its_statement(whole: Material, unsigned: Exported) -> None:
    right = page_triples(whole)
    for name, content in unsigned.files:
        claim = part(content, "assertion")
        assert claim <= right
        statement = f"<{LGD}{name.removesuffix('.trig')}>"
        limits = ("forDisease", "coversState", "forAgeGroup", "hasModality", "hasHedge", "hasQuantifier", "hasTiming")
        own = {line for line in right if line.split(" ")[:2] in [[statement, f"<{LGO}{limit}>"] for limit in limits]}
        own |= {line for line in right if line.startswith(f"{statement} <{LGO}hasResearchStatus>")}
        assert own
        assert own <= claim
        others = {line for line in claim if not line.startswith(statement)}
        assert {line.split(" ")[1] for line in others} <= {f"<{one}>" for one in (RDF_TYPE, RDFS_LABEL)}
        if name.startswith("option-"):
            assert f"{statement} <{LGO}hasModality> <{LGV}possible>" in claim


def test_nothing_is_made_up(whole: Material, unsigned: Exported) -> None:
    licence = "https://creativecommons.org/licenses/by/4.0/"
    for name, content in unsigned.files:
        about = {line.split(" ", 1)[1] for line in part(content, "pubinfo")}
        label = whole.value(LGD + name.removesuffix(".trig"), RDFS_LABEL, "page")
        assert about == {
            f'<{RDFS_LABEL}> "{label}"@en',
            f'<{PREFIXES["rdfs"]}comment> "{nanopub.NOTE}"@en',
            f"<{nanopub.PROV}wasDerivedFrom> <{graph_iri('page')}>",
            f"<{PREFIXES['dcterms']}license> <{licence}>",
        }


def test_the_files_one_after_another_are_one_file(unsigned: Exported) -> None:
    together = b"".join(content for _, content in unsigned.files)
    assert set(quads(together)) == {quad for _, content in unsigned.files for quad in quads(content)}


def test_what_the_user_says_stands_there_and_the_signature_is_over_all_else(own_key: Made, signed: Exported) -> None:
    for _, content in signed.files:
        about = " ".join(sorted(part(content, "pubinfo")))
        assert f"<{PREFIXES['dcterms']}creator> <{CREATOR}>" in about
        assert f'<{PREFIXES["dcterms"]}created> "{CREATED}"^^<{PREFIXES["xsd"]}dateTime>' in about
        assert f"<{nanopub.NPX}signedBy> <{CREATOR}>" in about
        whole = blanked(content)
        (code,) = set(CODE.findall(content.decode()))
        assert trusty.code(whole) == code
        ((held, signature),) = [(one, one[3]) for one in whole if one[2] == nanopub.NPX + "hasSignature"]
        assert isinstance(signature, Text)
        text = trusty.normal_form(one for one in whole if one != held)
        opened = pow(int.from_bytes(base64.b64decode(signature.value), "big"), 65537, own_key.modulus)
        digest = hashlib.sha256(text.encode()).hexdigest()
        assert f"{opened:x}" == f"1{'ff' * 202}00{'3031300d060960864801650304020105000420'}{digest}"


def test_both_spellings_of_a_key_sign_alike_and_nothing_of_it_leaks(
    own_key: Made, signed: Exported, tmp_path: Path
) -> None:
    bare = "".join(own_key.pkcs8.splitlines()[1:-1])
    for number, text in enumerate((own_key.pkcs1, own_key.pkcs8, bare)):
        folder = tmp_path / str(number)
        folder.mkdir()
        words = ["--sign-key", str(keep(text, folder)), "--creator", CREATOR, "--created", CREATED]
        ran = call("export", "nanopub", *words, "--output", str(folder / "out"), "--losses", str(folder / "lost.json"))
        assert (ran.code, ran.out, ran.err) == (0, "", "")
        found = {path.name: path.read_bytes() for path in (folder / "out").glob("[!.]*")}
        assert found == dict(signed.files)
        written = b"".join(found.values()) + (folder / "lost.json").read_bytes()
        secret = own_key.private.to_bytes(256, "big")
        spelt = (secret.hex().encode(), base64.b64encode(secret)[4:-4], str(own_key.private).encode())
        lines = [line.encode() for line in [*own_key.pkcs1.splitlines()[7:-1], *own_key.pkcs8.splitlines()[7:-1]]]
        assert not [one for one in (*spelt, *lines, b"PRIVATE") if one in written]


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda key: key.pkcs8[:600], "this is not an RSA private key in PEM"),
        (lambda key: key.pkcs8.replace("PRIVATE", "ENCRYPTED PRIVATE"), "this is not an RSA private key in PEM"),
        (lambda key: key.pkcs8.replace("M", "N"), "this is not an RSA private key in PEM"),
        (lambda _: "", "this is not an RSA private key in PEM"),
        (lambda _: "é", "this is not an RSA private key in PEM"),
        (lambda _: "x" * 100_000, "this is not an RSA private key in PEM"),
        (lambda _: make(2048, algorithm="06072a8648ce3d0201").pkcs8, "this is not an RSA private key in PEM"),
        (lambda _: make(1024).pkcs8, "a key of 1024 bits. Use one of 2048 to 16384 bits."),
        (lambda _: make(2048, twist=2).pkcs8, "this is not an RSA private key in PEM"),
    ],
)  # fmt: skip
def test_a_wrong_key_is_refused_in_a_sentence_that_shows_nothing_of_it(
    own_key: Made, tmp_path: Path, spoil: Callable[[Made], str], complaint: str
) -> None:
    text = spoil(own_key)
    path = keep(text, tmp_path)
    ran = call("export", "nanopub", "--sign-key", str(path), "--output", str(tmp_path / "out"))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"leukograph: {path}: {complaint}")
    assert len(ran.err.splitlines()) == 1
    assert not [line for line in text.splitlines() if len(line) > 20 and line in ran.err]
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.name != "posix", reason="modes of files are those of POSIX")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602, 0o610])
def test_a_key_that_others_may_touch_is_refused(own_key: Made, tmp_path: Path, mode: int) -> None:
    path = keep(own_key.pkcs8, tmp_path)
    path.chmod(mode)
    with pytest.raises(
        FileError, match=rf"others may read or change this key \(mode {mode:04o}\)\. Say `chmod 600` to it"
    ):
        signing.read_key(str(path))
    with pytest.raises(FileError, match=r"cannot be read \(No such file or directory\)"):
        signing.read_key(str(tmp_path / "none"))
    with pytest.raises(FileError, match=r"cannot be read|is not an RSA"):
        signing.read_key(str(tmp_path))
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    with pytest.raises(FileError, match="this is not an RSA private key"):
        signing.read_key(str(pipe))


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["nanopub", "--creator", "me"], "--creator me: this is no web address. Give an IRI that stands for a person"),
        (["nanopub", "--creator", "https://a b"], "--creator https://a b: this is no web address."),
        (["nanopub", "--created", "today"], "--created today: this is no time with a zone. Write it as 2026-"),
        (["nanopub", "--created", "2026-05-04T12:30:00"], "--created 2026-05-04T12:30:00: this is no time with a"),
        (["nanopub", "--created", "20260504T123000Z"], "--created 20260504T123000Z: this is no time with a zone."),
        (["nanopub", "--created", "2026-02-30T12:30:00Z"], "--created 2026-02-30T12:30:00Z: this is no time with"),
        (["nanopub", "--creator", ""], "--creator: this is empty. Give a value, or leave it out."),
        (["turtle", "--created", CREATED], "--created: turtle does not take it. Leave it out, or choose nanopub."),
        (["--list", "--created", CREATED], "--list stands alone. Leave the rest out."),
        (["nanopub"], "nanopub gives several files. Name a folder with --output."),
        (["nanopub", "--graph", "background"], "--graph background: nanopub cannot hold it. Choose of page."),
    ],
)  # fmt: skip
def test_a_wrong_call_is_told_in_a_sentence(words: list[str], complaint: str, tmp_path: Path) -> None:
    folder = ["--output", str(tmp_path / "out")] if words[0] == "nanopub" and "--graph" not in words[1:] else []
    ran = call("export", *words, *(folder if len(words) > 1 else []))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"leukograph: {complaint}")


def test_options_of_a_format_are_in_the_help_and_completed() -> None:
    ran = call("export", "--help")
    assert "--sign-key FILE" in ran.out
    assert completion.complete(["export", "nanopub", "--s"]) == ["--sign-key"]
    assert completion.complete(["export", "turtle", "--s"]) == []
    with pytest.raises(CallError, match="--created: this is empty"):
        exporting.export(str(ROOT), "nanopub", given={"created": ""})


def checked(folder: Path, files: dict[str, bytes]) -> dict[str, dict[str, str]]:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    done = checking_tools.run("nanopub", "python", "-c", CHECK, *(str(folder / name) for name in files))
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {one.pop("file"): one for one in told}


def test_two_nanopub_tools_accept_each_file_signed_or_not(unsigned: Exported, signed: Exported, tmp_path: Path) -> None:
    for made in (unsigned, signed):
        told = checked(tmp_path, dict(made.files))
        assert told == {name: {"nanopub": "True", "nanopub-sign": "True"} for name, _ in made.files}


def test_two_nanopub_tools_refuse_each_tampered_copy(unsigned: Exported, signed: Exported, tmp_path: Path) -> None:
    for made in (unsigned, signed):
        text = dict(made.files)[NELARABINE].decode()
        (code,) = set(CODE.findall(text))
        spoilt = {
            "character": text.replace("Nelarabine may belong", "Nelarabine may be long"),
            "triple": text.replace("lgo:hasModality lgv:possible", "lgo:hasModality lgv:recommended"),
            "left-out": text.replace(
                "lgo:coversState lgv:refractory , lgv:relapsed", "lgo:coversState lgv:relapsed", 1
            ),
            "digest": re.sub(r'(lgo:digest ")[0-9a-f]', r"\1x", text, count=1),
            "code": text.replace(code, code[:-1] + ("A" if code[-1] != "A" else "B")),
            "language": text.replace('"nelarabine"@en', '"nelarabine"@de'),
        }
        assert text not in spoilt.values()
        told = checked(tmp_path, {f"{name}.trig": content.encode() for name, content in spoilt.items()})
        assert set(told) == {f"{name}.trig" for name in spoilt}
        for one in told.values():
            assert "is not valid" in one["nanopub"]
            assert "the hash of the nanopublication is different" in one["nanopub-sign"]


def test_a_new_name_does_not_save_a_tampered_copy_that_is_signed(signed: Exported, tmp_path: Path) -> None:
    text = dict(signed.files)[NELARABINE].decode()
    (code,) = set(CODE.findall(text))
    changed = text.replace("lgo:hasModality lgv:possible", "lgo:hasModality lgv:recommended")
    forged = changed.replace(code, trusty.code(blanked(changed.encode())))
    told = checked(tmp_path, {"forged.trig": forged.encode()})
    assert told["forged.trig"]["nanopub-sign"] == "Error checking: RSA signing error: verification error"
