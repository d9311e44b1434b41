"""SHACL: engines, shapes, and which of the data to check."""
