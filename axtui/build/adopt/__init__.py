"""Adopting what the Accelerator made: jobs of an old workdir become jobs of this workspace.

`adopter.adopt` is the way in. `oldworkdir` reads job directories and `pickles` their pickles, running
nothing of what they hold; `olddataset` understands datasets and `columns` their column files; `plan`
decides which jobs get which ids, `making` makes one job and `oldurd` takes over the log of builds.
"""
