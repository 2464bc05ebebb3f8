"""The movie of the fleet: what is drawn where and when, and how it becomes h.264.

From the plan to the picture: `clock` (days and frames), `places` (who stands where), `blocks` (where
the models stand), `scene` (all of it together); `colours`, `canvas`, `lettering` (the means of
drawing); `squares`, `captions`, `timeline` (what is drawn); `encode` (frames into a file).
"""
