"""The embedded SQL catalog: schema, journals, views, saved queries. It imports nothing of axtui."""
