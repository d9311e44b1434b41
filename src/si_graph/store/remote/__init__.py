"""SPARQL endpoints of others: asked politely, within limits, and with their habits known."""
