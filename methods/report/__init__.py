"""Drawing of the failure report: HTML with inline SVG, no scripts, nothing loaded from elsewhere."""
