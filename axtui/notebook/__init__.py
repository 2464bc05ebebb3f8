"""The face for notebooks and scripts: `axtui.open(".")`, what it gives, and how that is shown.

It reads. Nothing here builds, and nothing writes into a workspace.
"""
