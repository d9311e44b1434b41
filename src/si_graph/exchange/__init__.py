"""Exchange with others: what comes in from their data, and how ours is mapped to theirs."""
