"""Running builds as other processes see them: told in files, watched, and asked to stop."""
