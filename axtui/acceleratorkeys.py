"""The keys of `accelerator.conf`: those of today, those of earlier years, and what is told of some."""

from __future__ import annotations

REQUIRED = ("slices", "workdirs", "method packages")
KEYS = (
    *REQUIRED,
    "interpreters",
    "target workdir",
    "listen",
    "board listen",
    "urd",
    "input directory",
    "result directory",
    "project directory",
    "logfile",
)

EARLIER = {"source directory": "input directory"}
"""What keys were called until 2020."""

OWN_PACKAGES = ("accelerator.standard_methods",)
"""Packages whose methods axtui has itself."""

SHIPPED_PACKAGES = ("accelerator.test_methods", "accelerator.examples")
"""Packages that come with the Accelerator, and that `ax init` has long listed in every project."""

URD_FOLDER = "urd.axtui"
"""Where in a project the log of builds is."""

NOTES = {
    "listen": "`listen`: there is no server to listen; `axtui run` builds by itself",
    "board listen": "`board listen`: the dashboard is `axtui`, and `axtui serve` shows it in a browser",
    "logfile": "`logfile`: there is no daemon to write one; `axtui job` shows what a job has printed",
    "urd": f"`urd`: the log of builds is kept in {URD_FOLDER}/ in the project directory, without a server",
    "remote urd": (
        f"`urd: remote`: the log of builds is kept in {URD_FOLDER}/ in the project directory; with a "
        "token of an `axtui urd-server` there, in AXTUI_URD_TOKEN, that one is used"
    ),
    "shipped": (
        "{0}: its methods come with the Accelerator's own package and are not there; "
        "whoever needs them installs `accelerator` beside axtui"
    ),
}
"""What is told of the keys and values that mean something else here, or nothing."""
