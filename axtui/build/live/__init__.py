"""Running builds as they are seen: their state, folded from events, and for other processes told in
files, watched, and asked to stop."""
