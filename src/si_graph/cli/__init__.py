"""The `si-graph` command: one thin file for each of its commands."""
