"""The whole example: import the zips of the input folder, then compute the failure rates."""

from . import build_afr, build_import

description = "Import the drive statistics and report annual failure rates."


def main(urd):
    """Run `import`, then `afr`."""
    build_import.main(urd)
    print()
    build_afr.main(urd)
