"""Named queries, parameters, results in every format, search, and answers in sentences."""
