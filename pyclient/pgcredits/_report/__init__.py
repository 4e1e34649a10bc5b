"""Reports as pages: what a database says, read in one snapshot, drawn and written as HTML."""
