"""Small ontologies with data, made at random for tests: every axiom of OWL 2 RL over few names, so that they meet."""

from hypothesis import strategies as st

HEAD = """@prefix : <https://w3id.org/leukograph/case/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
CLASSES, LINKS, THINGS, SLOTS = [":A", ":B", ":C", ":D"], [":p", ":q", ":r"], [":a", ":b", ":c"], [":u", ":v"]
LITERALS = [
    "1",
    "2",
    '"x"',
    '"x"@en',
    '"x"@fr',
    "true",
    '"2020-01-01"^^xsd:date',
    '"a b"^^xsd:token',
    '"300"^^xsd:byte',
]
DATATYPES = ["xsd:integer", "xsd:string", "xsd:boolean", "xsd:date", "xsd:byte", "xsd:nonNegativeInteger"]
kind, link, thing, slot = (st.sampled_from(some) for some in (CLASSES, LINKS, THINGS, SLOTS))
literal, datatype = st.sampled_from(LITERALS), st.sampled_from(DATATYPES)
well_formed = st.sampled_from([one for one in LITERALS if one != '"300"^^xsd:byte'])


def _said(form: str, **parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return texts of a form, each of its names filled in."""
    return st.fixed_dictionaries(parts).map(lambda chosen: form.format(**chosen))


def _restriction(form: str, **parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return _said(f"[ a owl:Restriction ; owl:onProperty {form} ]", **parts)


def _wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    number = st.sampled_from("01")
    return st.one_of(
        _restriction("{p} ; owl:someValuesFrom {c}", p=link, c=inner | st.just("owl:Thing")),
        _restriction("[ owl:inverseOf {p} ] ; owl:someValuesFrom {c}", p=link, c=inner),
        _restriction("{p} ; owl:allValuesFrom {c}", p=link, c=inner),
        _restriction("{p} ; owl:hasValue {x}", p=link, x=thing),
        _restriction("{p} ; owl:hasValue {x}", p=slot, x=well_formed),
        _restriction("{p} ; owl:allValuesFrom {d}", p=slot, d=datatype),
        _restriction("{p} ; owl:maxCardinality {n}", p=link | slot, n=number),
        _restriction(
            "{p} ; owl:maxQualifiedCardinality {n} ; owl:onClass {c}", p=link, n=number, c=kind | st.just("owl:Thing")
        ),
        _said("[ a owl:Class ; owl:intersectionOf ( {c} {d} ) ]", c=inner, d=inner),
        _said("[ a owl:Class ; owl:unionOf ( {c} {d} ) ]", c=inner, d=inner),
        _said("[ a owl:Class ; owl:oneOf ( {x} {y} ) ]", x=thing, y=thing),
        _said("[ a owl:Class ; owl:complementOf {c} ]", c=inner),
    )


described = st.recursive(kind, _wider, max_leaves=3)
role = link | _said("[ owl:inverseOf {p} ]", p=link)
_KINDS = ["Symmetric", "Asymmetric", "Irreflexive", "Transitive", "Functional", "InverseFunctional"]
_DENIED = "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual {x} ; owl:assertionProperty {p} ; owl:"
axiom = st.one_of(
    _said("{c} rdfs:subClassOf {d} .", c=kind, d=described),
    _said("{d} rdfs:subClassOf {c} .", c=kind, d=described),
    _said("{c} owl:equivalentClass {d} .", c=kind, d=described),
    _said("{c} owl:disjointWith {d} .", c=kind, d=kind),
    _said("{p} rdfs:subPropertyOf {q} .", p=link, q=link),
    _said("{p} owl:equivalentProperty {q} .", p=link, q=link),
    _said("{p} owl:inverseOf {q} .", p=link, q=link),
    _said("{p} rdfs:domain {d} .", p=link, d=described),
    _said("{p} rdfs:range {d} .", p=link, d=described),
    _said("{p} a owl:{k}Property .", p=link, k=st.sampled_from(_KINDS)),
    _said("{p} owl:propertyChainAxiom ( {q} {r} ) .", p=link, q=role, r=role),
    _said("{p} owl:propertyChainAxiom ( {q} {r} {s} ) .", p=link, q=role, r=role, s=role),
    _said("{p} owl:propertyDisjointWith {q} .", p=link, q=link),
    _said("[] a owl:AllDisjointClasses ; owl:members ( {c} {d} {e} ) .", c=kind, d=kind, e=kind),
    _said("[] a owl:AllDisjointProperties ; owl:members ( {p} {q} {r} ) .", p=link, q=link, r=link),
    _said("{x} owl:{same} {y} .", x=thing, y=thing, same=st.sampled_from(["sameAs", "differentFrom"])),
    _said("[] a owl:AllDifferent ; owl:distinctMembers ( {x} {y} ) .", x=thing, y=thing),
    _said(_DENIED + "targetIndividual {y} .", x=thing, p=link, y=thing),
    _said(_DENIED + "targetValue {y} .", x=thing, p=slot, y=literal),
    _said("{u} rdfs:subPropertyOf {v} .", u=slot, v=slot),
    _said("{u} rdfs:range {d} .", u=slot, d=datatype),
    _said("{u} a owl:FunctionalProperty .", u=slot),
    _said("{u} owl:propertyDisjointWith {v} .", u=slot, v=slot),
)
fact = st.one_of(
    _said("{x} a {c} .", x=thing, c=kind),
    _said("{x} {p} {y} .", x=thing, p=link, y=thing),
    _said("{x} {p} {y} .", x=thing, p=link, y=thing),
    _said("{x} {u} {y} .", x=thing, u=slot, y=literal),
)
_DECLARED = [*(f"{one} a owl:Class ." for one in CLASSES), *(f"{one} a owl:ObjectProperty ." for one in LINKS)]
ontologies = st.builds(
    lambda *parts: HEAD + "\n".join(line for part in parts for line in part) + "\n",
    st.just(_DECLARED),
    st.lists(axiom, min_size=4, max_size=8, unique=True),
    st.lists(fact, min_size=5, max_size=9, unique=True),
)
