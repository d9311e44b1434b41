"""Asking servers of others: which addresses may be asked, and one request within limits."""
