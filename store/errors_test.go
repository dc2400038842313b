package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
)

func TestTranslate(t *testing.T) {
	server := func(number uint16, message string) error {
		return &mysql.MySQLError{Number: number, Message: message}
	}
	for name, c := range map[string]struct{ in, want error }{
		"no row":             {gorm.ErrRecordNotFound, ErrNotFound},
		"deadlock":           {server(1213, "Deadlock found"), ErrUnavailable},
		"shutting down":      {server(1053, "Server shutdown in progress"), ErrUnavailable},
		"read only":          {server(1290, "--read-only"), ErrUnavailable},
		"too many":           {server(1040, "Too many connections"), ErrUnavailable},
		"row is referred to": {server(1217, "Cannot delete or update a parent row"), ErrReference},
		"too long":           {server(1406, "Data too long for column 'name'"), ErrInvalid},
		"too large":          {mysql.ErrPktTooLarge, ErrInvalid},
		"connection lost":    {fmt.Errorf("query: %w", mysql.ErrInvalidConn), ErrUnavailable},
		"connection refused": {&net.OpError{Op: "dial", Err: errors.New("refused")}, ErrUnavailable},
		"cancelled":          {context.Canceled, context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			got := translate(c.in)
			require.ErrorIs(t, got, c.want)
			require.ErrorIs(t, got, c.in, "the cause is kept")
			require.Same(t, got, translate(got), "twice is once")
		})
	}
	mine := errors.New("mine")
	require.Equal(t, mine, translate(mine))
	require.NoError(t, translate(nil))
	syntax := server(1064, "You have an error in your SQL syntax")
	require.Equal(t, syntax, translate(syntax), "a fault of the program stays what it is")
}

func TestConflictColumns(t *testing.T) {
	for message, want := range map[string]string{
		"Duplicate entry 'x' for key 'units__name'":                          "name", // MariaDB
		"Duplicate entry 'x' for key 'units.units__name'":                    "name", // MySQL
		"Duplicate entry 'x-1' for key 'plans.plans__policy_id__start_year'": "policy_id,start_year",
		"Duplicate entry 'x' for key 'PRIMARY'":                              "id",
		"Duplicate entry 'x' for key 'units.PRIMARY'":                        "id",
		"Duplicate entry 'a' for key 'b__c'' for key 'units__name'":          "name",
		"something else": "",
	} {
		require.Equal(t, want, mysqlColumns(message), message)
	}
	require.Equal(t, "name", sqliteColumns("constraint failed: UNIQUE constraint failed: units.name (2067)"))
	require.Equal(t, "a,b", sqliteColumns("constraint failed: UNIQUE constraint failed: t.a, t.b (2067)"))
}
