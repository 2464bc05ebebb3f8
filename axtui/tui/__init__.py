"""The dashboard: the face that stays open while one works."""
