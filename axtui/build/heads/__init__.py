"""What a file is and how it begins, read with bounds: a preview for any face."""
