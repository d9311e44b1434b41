"""Checks of SPARQL queries against the ontology."""
