"""Environment variables that the engine sets for every stage."""

from __future__ import annotations

from collections.abc import Mapping

SET_BY_ENGINE: Mapping[str, str] = {
    "PYTHONHASHSEED": "0",
    "PYTHONUNBUFFERED": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
"""Environment of stages: equal hash orders everywhere, slices as the unit of parallelism, and no
threads in libraries that were only imported, so that the fork server can fork."""
