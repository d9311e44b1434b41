"""OWL 2 RL closure and consistency, behind one engine protocol."""
