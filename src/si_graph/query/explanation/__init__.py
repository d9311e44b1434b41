"""Proofs as people read them: with names, sentences, passages, and in every format."""
