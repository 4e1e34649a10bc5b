#!/bin/sh
# Makes the schema, and the extensions of the tests, when the database starts for the first time.
set -eu

folder=${PGCREDITS_FOLDER:-/pgcredits}

run() {
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --single-transaction "$@"
}

run --command 'create schema tap' --command 'create extension pgtap schema tap' \
  --command 'create extension plpgsql_check'
for migration in "$folder"/migrations/pgcredits.*.sql; do
  run --file "$migration"
done
run --file "$folder/sql/install.sql"
