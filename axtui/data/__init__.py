"""What is on disk: job directories, datasets, values. The lowest layer."""
