#!/bin/sh
# Brings both of Temporal's databases to the schema that this version of the
# image carries. Does nothing where they are there already.
set -eu

SQL_PASSWORD="$(cat /run/secrets/temporal_password)"
export SQL_PASSWORD SQL_PLUGIN=mysql8 SQL_HOST=mysql SQL_PORT=3306 SQL_USER=temporal

for database in temporal visibility; do
  case "$database" in
    temporal) export SQL_DATABASE=temporal ;;
    visibility) export SQL_DATABASE=temporal_visibility ;;
  esac
  temporal-sql-tool setup-schema --version 0.0
  temporal-sql-tool update-schema --schema-name "mysql/v8/$database"
done
