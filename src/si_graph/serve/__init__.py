"""The linked-data server: the SPARQL protocol, dereferencing, pages, and tools for assistants."""
