# Runs once, when the MySQL volume is empty: three databases, and one user each
# for Temporal and for Duban, who see nothing of the other.
#
# The image sources this file, so its own function for SQL is at hand.

docker_process_sql --database=mysql <<SQL
CREATE DATABASE temporal            CHARACTER SET utf8mb4;
CREATE DATABASE temporal_visibility CHARACTER SET utf8mb4;
CREATE DATABASE duban               CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE USER 'temporal'@'%' IDENTIFIED BY '$(cat /run/secrets/temporal_password)';
GRANT ALL PRIVILEGES ON temporal.*            TO 'temporal'@'%';
GRANT ALL PRIVILEGES ON temporal_visibility.* TO 'temporal'@'%';

CREATE USER 'duban'@'%' IDENTIFIED BY '$(cat /run/secrets/duban_password)';
GRANT ALL PRIVILEGES ON duban.* TO 'duban'@'%';
SQL
