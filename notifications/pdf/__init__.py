"""PDFs, drawn from frozen data alone."""
