"""The first screen: what runs, what was saved, what came of it."""
