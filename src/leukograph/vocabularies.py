"""The terms of RDF, RDFS, OWL and SHACL, as rdflib's closed namespaces have them; a test compares the two."""

import re

from leukograph.names import OWL, RDF, RDFS, SH

_RDF = """
Alt Bag CompoundLiteral HTML JSON List PlainLiteral Property Seq Statement XMLLiteral direction first langString
language nil object predicate rest subject type value
"""
_RDFS = """
Class Container ContainerMembershipProperty Datatype Literal Resource comment domain isDefinedBy label member range
seeAlso subClassOf subPropertyOf
"""
_OWL = """
AllDifferent AllDisjointClasses AllDisjointProperties Annotation AnnotationProperty AsymmetricProperty Axiom Class
DataRange DatatypeProperty DeprecatedClass DeprecatedProperty FunctionalProperty InverseFunctionalProperty
IrreflexiveProperty NamedIndividual NegativePropertyAssertion Nothing ObjectProperty Ontology OntologyProperty
ReflexiveProperty Restriction SymmetricProperty Thing TransitiveProperty allValuesFrom annotatedProperty
annotatedSource annotatedTarget assertionProperty backwardCompatibleWith bottomDataProperty bottomObjectProperty
cardinality complementOf datatypeComplementOf deprecated differentFrom disjointUnionOf disjointWith distinctMembers
equivalentClass equivalentProperty hasKey hasSelf hasValue imports incompatibleWith intersectionOf inverseOf
maxCardinality maxQualifiedCardinality members minCardinality minQualifiedCardinality onClass onDataRange onDatatype
onProperties onProperty oneOf priorVersion propertyChainAxiom propertyDisjointWith qualifiedCardinality rational real
sameAs someValuesFrom sourceIndividual targetIndividual targetValue topDataProperty topObjectProperty unionOf
versionIRI versionInfo withRestrictions
"""
_SH = """
AbstractResult AndConstraintComponent BlankNode BlankNodeOrIRI BlankNodeOrLiteral ClassConstraintComponent
ClosedConstraintComponent ConstraintComponent DatatypeConstraintComponent DisjointConstraintComponent
EqualsConstraintComponent ExpressionConstraintComponent Function HasValueConstraintComponent IRI IRIOrLiteral
InConstraintComponent Info JSConstraint JSConstraintComponent JSExecutable JSFunction JSLibrary JSRule JSTarget
JSTargetType JSValidator LanguageInConstraintComponent LessThanConstraintComponent LessThanOrEqualsConstraintComponent
Literal MaxCountConstraintComponent MaxExclusiveConstraintComponent MaxInclusiveConstraintComponent
MaxLengthConstraintComponent MinCountConstraintComponent MinExclusiveConstraintComponent
MinInclusiveConstraintComponent MinLengthConstraintComponent NodeConstraintComponent NodeKind
NodeKindConstraintComponent NodeShape NotConstraintComponent OrConstraintComponent Parameter Parameterizable
PatternConstraintComponent PrefixDeclaration PropertyConstraintComponent PropertyGroup PropertyShape
QualifiedMaxCountConstraintComponent QualifiedMinCountConstraintComponent ResultAnnotation Rule SPARQLAskExecutable
SPARQLAskValidator SPARQLConstraint SPARQLConstraintComponent SPARQLConstructExecutable SPARQLExecutable
SPARQLFunction SPARQLRule SPARQLSelectExecutable SPARQLSelectValidator SPARQLTarget SPARQLTargetType
SPARQLUpdateExecutable Severity Shape Target TargetType TripleRule UniqueLangConstraintComponent ValidationReport
ValidationResult Validator Violation Warning XoneConstraintComponent alternativePath annotationProperty
annotationValue annotationVarName ask closed condition conforms construct datatype deactivated declare defaultValue
description detail disjoint entailment equals expression filterShape flags focusNode group hasValue ignoredProperties
intersection inversePath js jsFunctionName jsLibrary jsLibraryURL labelTemplate languageIn lessThan lessThanOrEquals
maxCount maxExclusive maxInclusive maxLength message minCount minExclusive minInclusive minLength name namespace node
nodeKind nodeValidator nodes object oneOrMorePath optional order parameter path pattern predicate prefix prefixes
property propertyValidator qualifiedMaxCount qualifiedMinCount qualifiedValueShape qualifiedValueShapesDisjoint result
resultAnnotation resultMessage resultPath resultSeverity returnType rule select severity shapesGraph
shapesGraphWellFormed sourceConstraint sourceConstraintComponent sourceShape sparql subject suggestedShapesGraph
target targetClass targetNode targetObjectsOf targetSubjectsOf this union uniqueLang update validator value xone
zeroOrMorePath zeroOrOnePath
"""
TERMS = frozenset(
    start + name for start, names in ((RDF, _RDF), (RDFS, _RDFS), (OWL, _OWL), (SH, _SH)) for name in names.split()
)


def built_in(iri: str) -> bool:
    """Tell whether an IRI is a term of RDF, RDFS, OWL or SHACL."""
    return iri in TERMS or (iri.startswith(RDF) and re.fullmatch(r"_[1-9]\d*", iri[len(RDF) :]) is not None)
