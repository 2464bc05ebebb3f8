"""The terminal that the dashboard draws on: taken, kept clean, and given back whatever happens.

The dashboard runs in a process of its own. Its parent (`supervisor`) is small and does nothing but
wait, so that somebody is left to restore the terminal when the dashboard is killed.
"""
