"""The report in every format."""
