"""What is served, as versions that never change, and the one writer that makes new ones."""
