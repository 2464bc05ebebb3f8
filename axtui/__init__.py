"""axtui keeps computations as assets: methods become jobs, jobs keep everything they made."""

__version__ = "0.1.0"
