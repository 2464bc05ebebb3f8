"""Keeping a workspace in order: what may go, what is pinned, whether all is as it was written."""
