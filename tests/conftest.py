"""What all tests share: how Hypothesis searches."""

from __future__ import annotations

import os

from hypothesis import settings

# In CI the same examples each time, so that a red run means a change; elsewhere new ones.
settings.register_profile("axtui", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("axtui")
