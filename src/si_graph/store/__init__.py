"""Holds quads and answers SPARQL: embedded by default, a remote endpoint otherwise."""
