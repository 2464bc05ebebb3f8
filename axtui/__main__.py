"""`python -m axtui`."""

from axtui.cli.main import main

main()
