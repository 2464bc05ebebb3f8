"""Running the stages of a job in processes of their own."""
