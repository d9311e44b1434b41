"""What there is to read, gathered: the advice, its places and roles, schemes, shapes, terms."""
