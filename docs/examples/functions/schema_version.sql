select credits.schema_version();
