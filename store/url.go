package store

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

// source is where the data is: a file for SQLite, a server for MySQL.
type source struct {
	dialect Dialect
	path    string
	mysql   *mysql.Config
}

// parseURL reads Options.URL. Its errors never repeat the URL, which may hold a
// password.
func parseURL(raw string) (source, error) {
	switch {
	case strings.HasPrefix(raw, "mysql://"):
		return parseMySQLURL(raw)
	case strings.Contains(raw, "tcp(") || strings.Contains(raw, "unix("):
		return parseMySQLDSN(raw)
	case strings.HasPrefix(raw, "sqlite:"):
		path := strings.TrimPrefix(raw, "sqlite:")
		if rest, ok := strings.CutPrefix(path, "//"); ok {
			path = rest
		}
		return sqliteSource(path)
	case strings.Contains(raw, "://"):
		scheme, _, _ := strings.Cut(raw, "://")
		return source{}, fmt.Errorf("database URL: scheme %q is neither sqlite nor mysql", scheme)
	default:
		return sqliteSource(raw)
	}
}

func sqliteSource(path string) (source, error) {
	if path == "" || path == ":memory:" {
		return source{}, errors.New("database URL: SQLite needs a file path such as sqlite:/var/lib/duban/duban.db")
	}
	return source{dialect: SQLite, path: path}, nil
}

func parseMySQLURL(raw string) (source, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return source{}, errors.New("database URL: want mysql://user:password@host:3306/name")
	}
	port := u.Port()
	if port == "" {
		port = "3306"
	}
	c := mysql.NewConfig()
	c.User = u.User.Username()
	c.Passwd, _ = u.User.Password()
	c.Net = "tcp"
	c.Addr = net.JoinHostPort(u.Hostname(), port)
	c.DBName = strings.TrimPrefix(u.Path, "/")
	dsn := c.FormatDSN()
	if u.RawQuery != "" {
		separator := "?"
		if strings.Contains(dsn, "?") {
			separator = "&"
		}
		dsn += separator + u.RawQuery
	}
	return parseMySQLDSN(dsn)
}

// parseMySQLDSN takes a driver DSN and fixes what the store depends on: UTC
// with microseconds, utf8mb4 compared by code point as SQLite does, strict mode,
// and matched (not changed) rows counted by updates.
func parseMySQLDSN(dsn string) (source, error) {
	c, err := mysql.ParseDSN(dsn)
	if err != nil {
		return source{}, errors.New("database URL: not a MySQL DSN; want user:password@tcp(host:3306)/name")
	}
	if c.DBName == "" {
		return source{}, errors.New("database URL: the name of the MySQL database is missing")
	}
	c.ParseTime = true
	c.Loc = time.UTC
	c.Collation = "utf8mb4_bin"
	c.ClientFoundRows = true
	c.InterpolateParams = true
	c.MultiStatements = false
	c.MaxAllowedPacket = 0 // ask the server: a policy's content may come close to its limit
	if c.Timeout == 0 {
		c.Timeout = 5 * time.Second
	}
	if c.ReadTimeout == 0 {
		c.ReadTimeout = time.Minute
	}
	if c.WriteTimeout == 0 {
		c.WriteTimeout = time.Minute
	}
	if c.Params == nil {
		c.Params = map[string]string{}
	}
	c.Params["time_zone"] = "'+00:00'"
	c.Params["sql_mode"] = "'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'"
	if err := c.Apply(mysql.TimeTruncate(time.Microsecond)); err != nil {
		return source{}, fmt.Errorf("database URL: %w", err)
	}
	return source{dialect: MySQL, mysql: c}, nil
}
