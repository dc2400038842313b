#!/bin/sh
# Starts the Temporal server with the password of its database, which the image
# knows only as an environment variable.
set -eu
MYSQL_PWD="$(cat /run/secrets/temporal_password)"
export MYSQL_PWD
exec /etc/temporal/entrypoint.sh
