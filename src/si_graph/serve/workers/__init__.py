"""Evaluates in processes of their own, which can be killed when they take too long or too much."""
