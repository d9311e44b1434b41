"""Why something follows: minimal proofs from the rule table, down to what is asserted."""
