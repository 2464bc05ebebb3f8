"""Keys, words, and the tour."""
