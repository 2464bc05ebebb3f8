"""What is wrong with an installation and a workspace, and how it is mended."""
