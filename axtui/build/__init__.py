"""Deciding what must run: methods, keys, re-use, build scripts and urd."""
