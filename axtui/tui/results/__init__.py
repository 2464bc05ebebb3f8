"""What is linked in the results folder."""
