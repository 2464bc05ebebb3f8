"""Provenance: what a result rests on, up to the input files, and what comes of each of them."""
