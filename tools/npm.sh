#!/bin/sh
# Puts the npm packages that the programs of docs/callers.md need into .cache/npm.
set -eu
mkdir -p "$(dirname "$0")/../.cache/npm"
cd "$(dirname "$0")/../.cache/npm"
npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error \
  pg@8 postgres@3 drizzle-orm@0.45 kysely@0.29 \
  prisma@7 @prisma/client@7 @prisma/adapter-pg@7
# Its programs are not in the package, and nothing here runs them: any file will do.
cat > schema.prisma <<'SCHEMA'
generator client {
  provider = "prisma-client-js"
}
datasource db {
  provider = "postgresql"
}
SCHEMA
PRISMA_SCHEMA_ENGINE_BINARY=/bin/sh node_modules/.bin/prisma generate --schema schema.prisma
