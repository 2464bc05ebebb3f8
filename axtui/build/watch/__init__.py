"""Live rebuild: files are watched, a save becomes the jobs it affects, and their scripts run again."""
