package store

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseURL(t *testing.T) {
	for raw, path := range map[string]string{
		"sqlite:/var/lib/duban/duban.db":   "/var/lib/duban/duban.db",
		"sqlite:///var/lib/duban/duban.db": "/var/lib/duban/duban.db",
		"sqlite:数据/督办 #1?.db":              "数据/督办 #1?.db",
		"duban.db":                         "duban.db",
	} {
		got, err := parseURL(raw)
		require.NoError(t, err, raw)
		require.Equal(t, source{dialect: SQLite, path: path}, got)
	}
	for raw, want := range map[string][4]string{ // user, password, address, name
		"mysql://u:p%40%2F%3A@db.example:3307/duban":  {"u", "p@/:", "db.example:3307", "duban"},
		"mysql://u@db.example/duban":                  {"u", "", "db.example:3306", "duban"},
		"mysql://u:p@[::1]/duban?tls=skip-verify":     {"u", "p", "[::1]:3306", "duban"},
		"u:p@tcp(db.example:3306)/duban?charset=utf8": {"u", "p", "db.example:3306", "duban"},
		"tcp(db.example:3306)/duban":                  {"", "", "db.example:3306", "duban"},
		"u@unix(/run/mysqld/mysqld.sock)/duban":       {"u", "", "/run/mysqld/mysqld.sock", "duban"},
	} {
		got, err := parseURL(raw)
		require.NoError(t, err, raw)
		require.Equal(t, MySQL, got.dialect)
		c := got.mysql
		require.Equal(t, want, [4]string{c.User, c.Passwd, c.Addr, c.DBName}, raw)
		require.True(t, c.ParseTime && c.ClientFoundRows && !c.MultiStatements, raw)
		require.Equal(t, "'+00:00'", c.Params["time_zone"])
	}
	for _, raw := range []string{
		"", "sqlite:", ":memory:", "sqlite::memory:", "postgres://u:secret@h/d", "mysql://", "mysql:///duban",
		"mysql://u:secret@h", "u:secret@tcp(h:3306)/", "u:secret@tcp(h:3306", "mysql://u:secret@h:port/duban",
	} {
		_, err := parseURL(raw)
		require.Error(t, err, raw)
		require.NotContains(t, err.Error(), "secret")
	}
}
