"""The static site: the same pages and data as the server's, as files for any host."""
