"""One migration for each release: it brings the schema to the version that is installed."""
