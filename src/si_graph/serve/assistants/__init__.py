"""Tools for language-model assistants (Model Context Protocol), each with its sources."""
