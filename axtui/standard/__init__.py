"""The standard methods: csvimport, dataset_type and their kin."""
