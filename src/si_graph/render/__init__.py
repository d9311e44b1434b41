"""Renders the pages of a graph as HTML, for the server and for the static site alike."""
