"""Finding the rows of datasets whose values match patterns, column by column."""
