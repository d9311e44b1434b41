"""Endpoints of others: what is known of them, and queries that ask several at once."""
