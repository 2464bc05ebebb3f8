"""How often values of columns are there: each, or by ranges."""
