"""One job, in all its parts."""
