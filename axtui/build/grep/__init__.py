"""Searching datasets and chains of them: what to read for what was asked, side by side, in order."""
