"""Patches for what is certainly meant otherwise."""
