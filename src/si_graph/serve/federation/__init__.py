"""SERVICE and LOAD in a server: which other servers may be asked, and how."""
