"""The version of this package; the database says its own with ``credits.schema_version()``."""

VERSION = "0.1.0"
