# usage: server.sh PROGRAM mariadb|mysql FOLDER
# Runs a throw-away database server in FOLDER until standard input ends, then
# kills it and removes FOLDER. Keyboard signals are for the test process: this
# script follows it.
trap '' INT HUP QUIT TERM
program=$1 kind=$2 folder=$3
log=$folder/log

# Nothing needs to survive, so nothing waits for the disk.
set -- --no-defaults --datadir="$folder/data" --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0
if [ "$(id -u)" = 0 ]; then
  set -- "$@" --user=root # servers refuse to run as root unless told to
fi

if [ "$kind" = mariadb ]; then
  set -- "$@" --innodb-log-file-size=16M
  mariadb-install-db "$@" --auth-root-authentication-method=normal --skip-test-db >>"$log" 2>&1 </dev/null
else
  "$program" "$@" --initialize-insecure >>"$log" 2>&1 </dev/null
fi || exit 1

printf '%s\n' "CREATE USER 'duban'@'localhost' IDENTIFIED BY '';" \
  "GRANT ALL ON *.* TO 'duban'@'localhost';" >"$folder/init.sql"

[ "$kind" = mysql ] && set -- "$@" --mysqlx=OFF
"$program" "$@" --socket="$folder/sock" --pid-file="$folder/pid" --init-file="$folder/init.sql" \
  --skip-networking --skip-log-bin --innodb-buffer-pool-size=64M --max-allowed-packet=64M \
  --max-connections=400 >>"$log" 2>&1 </dev/null &
server=$!
exec 3<&0
{
  cat <&3 >/dev/null
  kill -9 "$server"
} &
wait "$server"
if [ $? = 137 ]; then # killed, and not ended by itself: then the log is of interest
  rm -rf "$folder"
fi
