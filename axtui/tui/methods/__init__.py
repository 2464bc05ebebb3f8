"""Methods and build scripts."""
