"""How `axtui grep` writes what it finds."""
