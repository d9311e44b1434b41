"""SERVICE and LOAD: which other servers may be asked, and the gateway that asks them."""
