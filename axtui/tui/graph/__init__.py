"""Where a result comes from, and what comes of an input."""
