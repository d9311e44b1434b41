"""What others need to find and take the graph: its description, its catalogue record, its dumps."""
