"""Tables for people who do not use RDF: CSV that describes itself, and workbooks for Excel."""
