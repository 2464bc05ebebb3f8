"""Measurements of axtui, each run by one command; see README.md."""
