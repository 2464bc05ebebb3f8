"""Drawing of the failure report: HTML with inline SVG, no scripts, nothing fetched."""
