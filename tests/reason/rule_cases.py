"""One small graph for each rule of OWL 2 RL, with what must follow from it.

A case is a graph in Turtle and, in Turtle too, what follows; None is an inconsistency that the
rule reports. Where the consequence holds of any graph the case is one of `TRIVIAL`.
"""

from __future__ import annotations

PREFIXES = """
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

CASES: dict[str, tuple[str, str | None]] = {
    "eq-sym": (":a owl:sameAs :b .", ":b owl:sameAs :a ."),
    "eq-trans": (":a owl:sameAs :b . :b owl:sameAs :c .", ":a owl:sameAs :c ."),
    "eq-rep-s": (":a owl:sameAs :b . :a :p :c .", ":b :p :c ."),
    "eq-rep-p": (":p owl:sameAs :q . :a :p :c .", ":a :q :c ."),
    "eq-rep-o": (":b owl:sameAs :c . :a :p :b .", ":a :p :c ."),
    "eq-diff1": (":a owl:sameAs :b . :a owl:differentFrom :b .", None),
    "eq-diff2": ("[] a owl:AllDifferent ; owl:members (:a :b :c) . :a owl:sameAs :c .", None),
    "eq-diff3": (
        "[] a owl:AllDifferent ; owl:distinctMembers (:a :b :c) . :c owl:sameAs :b .",
        None,
    ),
    "prp-dom": (":p rdfs:domain :C . :a :p :b .", ":a a :C ."),
    "prp-rng": (":p rdfs:range :C . :a :p :b .", ":b a :C ."),
    "prp-fp": (":p a owl:FunctionalProperty . :a :p :b, :c .", ":b owl:sameAs :c ."),
    "prp-ifp": (
        ":p a owl:InverseFunctionalProperty . :a :p :c . :b :p :c .",
        ":a owl:sameAs :b .",
    ),
    "prp-irp": (":p a owl:IrreflexiveProperty . :a :p :a .", None),
    "prp-symp": (":p a owl:SymmetricProperty . :a :p :b .", ":b :p :a ."),
    "prp-asyp": (":p a owl:AsymmetricProperty . :a :p :b . :b :p :a .", None),
    "prp-trp": (":p a owl:TransitiveProperty . :a :p :b . :b :p :c . :c :p :d .", ":a :p :d ."),
    "prp-spo1": (":p rdfs:subPropertyOf :q . :a :p :b .", ":a :q :b ."),
    "prp-spo2": (
        ":p owl:propertyChainAxiom (:q :r :s) . :a :q :b . :b :r :c . :c :s :d .",
        ":a :p :d .",
    ),
    "prp-eqp1": (":p owl:equivalentProperty :q . :a :p :b .", ":a :q :b ."),
    "prp-eqp2": (":p owl:equivalentProperty :q . :a :q :b .", ":a :p :b ."),
    "prp-pdw": (":p owl:propertyDisjointWith :q . :a :p :b ; :q :b .", None),
    "prp-adp": (
        "[] a owl:AllDisjointProperties ; owl:members (:p :q :r) . :a :p :b ; :r :b .",
        None,
    ),
    "prp-inv1": (":p owl:inverseOf :q . :a :p :b .", ":b :q :a ."),
    "prp-inv2": (":p owl:inverseOf :q . :a :q :b .", ":b :p :a ."),
    "prp-key": (
        ":C owl:hasKey (:p :q) . :a a :C ; :p :x ; :q 1 . :b a :C ; :p :x ; :q 1 .",
        ":a owl:sameAs :b .",
    ),
    "prp-npa1": (
        "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetIndividual :b ."
        " :a :p :b .",
        None,
    ),
    "prp-npa2": (
        "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetValue 7 . :a :p 7 .",
        None,
    ),
    "cls-nothing2": (":a a owl:Nothing .", None),
    "cls-int1": (":C owl:intersectionOf (:D :E :F) . :a a :D, :E, :F .", ":a a :C ."),
    "cls-int2": (":C owl:intersectionOf (:D :E :F) . :a a :C .", ":a a :D, :E, :F ."),
    "cls-uni": (":C owl:unionOf (:D :E :F) . :a a :F .", ":a a :C ."),
    "cls-com": (":C owl:complementOf :D . :a a :C, :D .", None),
    "cls-svf1": (
        ":C owl:someValuesFrom :D ; owl:onProperty :p . :a :p :b . :b a :D .",
        ":a a :C .",
    ),
    "cls-svf2": (":C owl:someValuesFrom owl:Thing ; owl:onProperty :p . :a :p :b .", ":a a :C ."),
    "cls-avf": (
        ":C owl:allValuesFrom :D ; owl:onProperty :p . :a a :C ; :p :b .",
        ":b a :D .",
    ),
    "cls-hv1": (":C owl:hasValue :b ; owl:onProperty :p . :a a :C .", ":a :p :b ."),
    "cls-hv2": (":C owl:hasValue :b ; owl:onProperty :p . :a :p :b .", ":a a :C ."),
    "cls-maxc1": (
        ':C owl:maxCardinality "0"^^xsd:nonNegativeInteger ; owl:onProperty :p . :a a :C ; :p :b .',
        None,
    ),
    "cls-maxc2": (
        ':C owl:maxCardinality "1"^^xsd:nonNegativeInteger ; owl:onProperty :p .'
        " :a a :C ; :p :b, :c .",
        ":b owl:sameAs :c .",
    ),
    "cls-maxqc1": (
        ':C owl:maxQualifiedCardinality "0"^^xsd:nonNegativeInteger ; owl:onProperty :p ;'
        " owl:onClass :D . :a a :C ; :p :b . :b a :D .",
        None,
    ),
    "cls-maxqc2": (
        ':C owl:maxQualifiedCardinality "0"^^xsd:nonNegativeInteger ; owl:onProperty :p ;'
        " owl:onClass owl:Thing . :a a :C ; :p :b .",
        None,
    ),
    "cls-maxqc3": (
        ':C owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger ; owl:onProperty :p ;'
        " owl:onClass :D . :a a :C ; :p :b, :c . :b a :D . :c a :D .",
        ":b owl:sameAs :c .",
    ),
    "cls-maxqc4": (
        ':C owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger ; owl:onProperty :p ;'
        " owl:onClass owl:Thing . :a a :C ; :p :b, :c .",
        ":b owl:sameAs :c .",
    ),
    "cls-oo": (":C owl:oneOf (:a :b :c) .", ":a a :C . :b a :C . :c a :C ."),
    "cax-sco": (":C rdfs:subClassOf :D . :a a :C .", ":a a :D ."),
    "cax-eqc1": (":C owl:equivalentClass :D . :a a :C .", ":a a :D ."),
    "cax-eqc2": (":C owl:equivalentClass :D . :a a :D .", ":a a :C ."),
    "cax-dw": (":C owl:disjointWith :D . :a a :C, :D .", None),
    "cax-adc": ("[] a owl:AllDisjointClasses ; owl:members (:C :D :E) . :a a :C, :E .", None),
    # What a literal is can only be seen by what follows for the thing that has it.
    "dt-type2": (
        ":C owl:someValuesFrom xsd:nonNegativeInteger ; owl:onProperty :p . :a :p 7 .",
        ":a a :C .",
    ),
    "dt-eq": (':a :p "01"^^xsd:integer . :b :q "1"^^xsd:int .', ':a :p "1"^^xsd:int .'),
    "dt-diff": (":p a owl:FunctionalProperty . :a :p 1 ; :q :b . :a :p 2 .", None),
    "dt-not-type": (":p rdfs:range xsd:integer . :a :p 1.5 .", None),
    "scm-sco": (
        ":C rdfs:subClassOf :D . :D rdfs:subClassOf :E . :E rdfs:subClassOf :F .",
        ":C rdfs:subClassOf :F .",
    ),
    "scm-eqc1": (
        ":C owl:equivalentClass :D .",
        ":C rdfs:subClassOf :D . :D rdfs:subClassOf :C .",
    ),
    "scm-eqc2": (
        ":C rdfs:subClassOf :D . :D rdfs:subClassOf :C .",
        ":C owl:equivalentClass :D .",
    ),
    "scm-spo": (
        ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r .",
        ":p rdfs:subPropertyOf :r .",
    ),
    "scm-eqp1": (
        ":p owl:equivalentProperty :q .",
        ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p .",
    ),
    "scm-eqp2": (
        ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p .",
        ":p owl:equivalentProperty :q .",
    ),
    "scm-dom1": (":p rdfs:domain :C . :C rdfs:subClassOf :D .", ":p rdfs:domain :D ."),
    "scm-dom2": (":q rdfs:domain :C . :p rdfs:subPropertyOf :q .", ":p rdfs:domain :C ."),
    "scm-rng1": (":p rdfs:range :C . :C rdfs:subClassOf :D .", ":p rdfs:range :D ."),
    "scm-rng2": (":q rdfs:range :C . :p rdfs:subPropertyOf :q .", ":p rdfs:range :C ."),
    "scm-hv": (
        ":C owl:hasValue :a ; owl:onProperty :p . :D owl:hasValue :a ; owl:onProperty :q ."
        " :p rdfs:subPropertyOf :q .",
        ":C rdfs:subClassOf :D .",
    ),
    "scm-svf1": (
        ":C owl:someValuesFrom :E ; owl:onProperty :p . :D owl:someValuesFrom :F ;"
        " owl:onProperty :p . :E rdfs:subClassOf :F .",
        ":C rdfs:subClassOf :D .",
    ),
    "scm-svf2": (
        ":C owl:someValuesFrom :E ; owl:onProperty :p . :D owl:someValuesFrom :E ;"
        " owl:onProperty :q . :p rdfs:subPropertyOf :q .",
        ":C rdfs:subClassOf :D .",
    ),
    "scm-avf1": (
        ":C owl:allValuesFrom :E ; owl:onProperty :p . :D owl:allValuesFrom :F ;"
        " owl:onProperty :p . :E rdfs:subClassOf :F .",
        ":C rdfs:subClassOf :D .",
    ),
    "scm-avf2": (
        ":C owl:allValuesFrom :E ; owl:onProperty :p . :D owl:allValuesFrom :E ;"
        " owl:onProperty :q . :p rdfs:subPropertyOf :q .",
        ":D rdfs:subClassOf :C .",
    ),
    "scm-int": (":C owl:intersectionOf (:D :E) .", ":C rdfs:subClassOf :D, :E ."),
    "scm-uni": (":C owl:unionOf (:D :E) .", ":D rdfs:subClassOf :C . :E rdfs:subClassOf :C ."),
}

TRIVIAL: dict[str, tuple[str, str]] = {
    "eq-ref": (
        ":a :p :b .",
        ":a owl:sameAs :a . :p owl:sameAs :p . :b owl:sameAs :b .",
    ),
    "prp-ap": (
        ":a :p :b .",
        "rdfs:label a owl:AnnotationProperty . rdfs:comment a owl:AnnotationProperty ."
        " rdfs:seeAlso a owl:AnnotationProperty . rdfs:isDefinedBy a owl:AnnotationProperty ."
        " owl:deprecated a owl:AnnotationProperty . owl:versionInfo a owl:AnnotationProperty ."
        " owl:priorVersion a owl:AnnotationProperty ."
        " owl:backwardCompatibleWith a owl:AnnotationProperty ."
        " owl:incompatibleWith a owl:AnnotationProperty .",
    ),
    "cls-thing": (":a :p :b .", "owl:Thing a owl:Class ."),
    "cls-nothing1": (":a :p :b .", "owl:Nothing a owl:Class ."),
    "dt-type1": (
        ":a :p :b .",
        "xsd:integer a rdfs:Datatype . rdf:PlainLiteral a rdfs:Datatype .",
    ),
    "scm-cls": (
        ":C a owl:Class . :a a :C .",
        ":C rdfs:subClassOf :C, owl:Thing ; owl:equivalentClass :C ."
        " owl:Nothing rdfs:subClassOf :C . :a a owl:Thing .",
    ),
    "scm-op": (
        ":p a owl:ObjectProperty .",
        ":p rdfs:subPropertyOf :p ; owl:equivalentProperty :p .",
    ),
    "scm-dp": (
        ":p a owl:DatatypeProperty .",
        ":p rdfs:subPropertyOf :p ; owl:equivalentProperty :p .",
    ),
}
