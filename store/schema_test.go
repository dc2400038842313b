package store_test

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// table is the shape of a table in words that both dialects and gorm share.
type table struct {
	Columns map[string]column
	Primary []string // columns of the primary key
	Indexes map[string]index
	// Foreign are the foreign keys: "unit_id -> units(id)". Models have none.
	Foreign []string
}

type column struct {
	Kind string // text, integer, boolean, time or bytes
	Size int    // of a text, in characters; 0 is any
	Null bool
}

type index struct {
	Unique  bool
	Columns []string // with " desc" where so
}

// TestSchemaIsTheSameEverywhere compares the tables that the migrations make on
// SQLite and on MySQL with each other and with the models.
func TestSchemaIsTheSameEverywhere(t *testing.T) {
	fromModels := modelTables(t)
	var sqlite map[string]table
	dbtest.Each(t, func(t *testing.T, s *store.Store) {
		var tables map[string]table
		err := s.Write(t.Context(), func(tx *gorm.DB) error {
			if s.Dialect() == store.SQLite {
				tables = sqliteTables(t, tx)
				sqlite = tables
			} else {
				tables = mysqlTables(t, tx)
			}
			return nil
		})
		require.NoError(t, err)
		require.Equal(t, keys(sqlite), keys(tables))
		require.Equal(t, keys(fromModels), keys(tables), "tables in the migrations, and models in models.go")
		for name, got := range tables {
			require.Equal(t, sqlite[name], got, "table %s in the migrations of SQLite and of MySQL", name)
			got.Foreign = nil
			if len(fromModels[name].Indexes) == 0 { // rows of other packages do not say how they are searched
				got.Indexes = fromModels[name].Indexes
			}
			require.Equal(t, fromModels[name], got, "table %s in the models and in the migrations", name)
			requireNamedByColumns(t, name, got)
		}
	})
}

// requireNamedByColumns checks that unique keys are named table__column__column:
// the columns of a conflict are read out of the name.
func requireNamedByColumns(t *testing.T, name string, shape table) {
	t.Helper()
	for key, index := range shape.Indexes {
		require.LessOrEqual(t, len(key), 64, "MySQL's longest name")
		if index.Unique {
			require.Equal(t, strings.Join(append([]string{name}, index.Columns...), "__"), key)
		}
	}
}

func keys[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func modelTables(t *testing.T) map[string]table {
	t.Helper()
	tables := map[string]table{}
	for _, model := range store.Models() {
		parsed, err := schema.Parse(model, &sync.Map{}, schema.NamingStrategy{})
		require.NoError(t, err)
		require.NotContains(t, tables, parsed.Table, "two models of one table")
		shape := table{Columns: map[string]column{}, Indexes: map[string]index{}}
		for _, f := range parsed.Fields {
			if f.DBName == "" { // gorm:"-"
				continue
			}
			where := parsed.Table + "." + f.DBName
			if f.DataType == schema.Time {
				require.Equal(t, 6, f.Precision, "%s: models keep microseconds", where)
			}
			require.False(t, f.AutoIncrement, "%s: keys are given, not counted", where)
			c := column{Kind: modelKind(f.DataType), Null: !f.NotNull && !f.PrimaryKey}
			if c.Kind == "text" {
				c.Size = f.Size
			}
			shape.Columns[f.DBName] = c
		}
		shape.Primary = parsed.PrimaryFieldDBNames
		for _, i := range parsed.ParseIndexes() {
			shape.Indexes[i.Name] = modelIndex(i)
		}
		tables[parsed.Table] = shape
	}
	return tables
}

func modelKind(kind schema.DataType) string {
	switch kind {
	case schema.String:
		return "text"
	case schema.Int, schema.Uint:
		return "integer"
	case schema.Bool:
		return "boolean"
	default: // time, bytes
		return string(kind)
	}
}

func modelIndex(i *schema.Index) index {
	shape := index{Unique: i.Class == "UNIQUE"}
	for _, f := range i.Fields {
		name := f.DBName
		if strings.EqualFold(f.Sort, "desc") {
			name += " desc"
		}
		shape.Columns = append(shape.Columns, name)
	}
	return shape
}

// rows runs a query.
func rows[T any](t *testing.T, tx *gorm.DB, query string, args ...any) []T {
	t.Helper()
	var found []T
	require.NoError(t, tx.Raw(query, args...).Scan(&found).Error, query)
	return found
}

func sqliteTables(t *testing.T, tx *gorm.DB) map[string]table {
	t.Helper()
	tables := map[string]table{}
	for _, name := range rows[string](t, tx, `SELECT name FROM sqlite_schema
			WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name <> 'goose_db_version'`) {
		shape := table{Columns: map[string]column{}, Indexes: map[string]index{}}
		primary := map[int]string{}
		for _, c := range rows[struct {
			Name, Type  string
			NotNull, Pk int
		}](t, tx, "SELECT name, type, `notnull` AS not_null, pk FROM pragma_table_info(?)", name) {
			kind, size := sqlKind(t, store.SQLite, c.Type)
			shape.Columns[c.Name] = column{Kind: kind, Size: size, Null: c.NotNull == 0}
			if c.Pk > 0 {
				primary[c.Pk] = c.Name
			}
		}
		for i := range len(primary) {
			shape.Primary = append(shape.Primary, primary[i+1])
		}
		for _, i := range rows[struct {
			Name, Origin    string
			Unique, Partial bool
		}](t, tx, "SELECT name, origin, `unique`, partial FROM pragma_index_list(?)", name) {
			if i.Origin == "pk" {
				continue
			}
			require.False(t, i.Partial, "%s: MySQL has no partial indexes", i.Name)
			columns := rows[string](t, tx, "SELECT name || CASE WHEN `desc` THEN ' desc' ELSE '' END FROM pragma_index_xinfo(?) WHERE `key` ORDER BY seqno", i.Name)
			shape.Indexes[i.Name] = index{Unique: i.Unique, Columns: columns}
		}
		shape.Foreign = rows[string](t, tx, "SELECT group_concat(`from`, ',') || ' -> ' || `table` || '(' || group_concat(`to`, ',') || ') ' || on_delete"+
			" FROM (SELECT * FROM pragma_foreign_key_list(?) ORDER BY id, seq) GROUP BY id", name)
		slices.Sort(shape.Foreign)
		tables[name] = shape
	}
	return tables
}

func mysqlTables(t *testing.T, tx *gorm.DB) map[string]table {
	t.Helper()
	tables := map[string]table{}
	for _, name := range rows[string](t, tx, `SELECT table_name FROM information_schema.tables
			WHERE table_schema = DATABASE() AND table_name <> 'goose_db_version'`) {
		shape := table{Columns: map[string]column{}, Indexes: map[string]index{}}
		for _, c := range rows[struct{ Name, Type, Nullable, Collation string }](t, tx,
			`SELECT column_name AS name, column_type AS type, is_nullable AS nullable, COALESCE(collation_name, '') AS collation
			FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ?`, name) {
			kind, size := sqlKind(t, store.MySQL, c.Type)
			shape.Columns[c.Name] = column{Kind: kind, Size: size, Null: c.Nullable == "YES"}
			if kind == "text" {
				require.Equal(t, "utf8mb4_bin", c.Collation, "%s.%s", name, c.Name)
			}
		}
		for _, i := range rows[struct {
			Name, Columns string
			NonUnique     bool
		}](t, tx, `SELECT index_name AS name, MAX(non_unique) AS non_unique, GROUP_CONCAT(
				CONCAT(column_name, IF(collation = 'D', ' desc', ''), COALESCE(CONCAT('(', sub_part, ')'), ''))
				ORDER BY seq_in_index) AS columns
			FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = ? GROUP BY index_name`, name) {
			columns := strings.Split(i.Columns, ",")
			if i.Name == "PRIMARY" {
				shape.Primary = columns
				continue
			}
			shape.Indexes[i.Name] = index{Unique: !i.NonUnique, Columns: columns}
		}
		shape.Foreign = rows[string](t, tx, `SELECT CONCAT(GROUP_CONCAT(k.column_name ORDER BY k.ordinal_position), ' -> ',
				MAX(k.referenced_table_name), '(', GROUP_CONCAT(k.referenced_column_name ORDER BY k.ordinal_position), ') ',
				MAX(IF(r.delete_rule = 'RESTRICT', 'NO ACTION', r.delete_rule)))
			FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
				ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
			WHERE k.table_schema = DATABASE() AND k.table_name = ? AND k.referenced_table_name IS NOT NULL
			GROUP BY k.constraint_name`, name)
		slices.Sort(shape.Foreign)
		tables[name] = shape
	}
	return tables
}

// sqlKind reads a column's type as the migrations write it for SQLite and as
// MySQL tells it.
func sqlKind(t *testing.T, dialect store.Dialect, written string) (kind string, size int) {
	t.Helper()
	written = strings.ToLower(written)
	if number, ok := strings.CutPrefix(written, "varchar("); ok {
		size, err := strconv.Atoi(strings.TrimSuffix(number, ")"))
		require.NoError(t, err, written)
		return "text", size
	}
	kinds := map[store.Dialect]map[string]string{
		store.SQLite: {"text": "text", "bigint": "integer", "boolean": "boolean", "datetime": "time", "blob": "bytes"},
		store.MySQL: {
			"longtext": "text", "bigint": "integer", "bigint(20)": "integer", // MariaDB shows a width
			"tinyint(1)": "boolean", "datetime(6)": "time", "longblob": "bytes",
		},
	}
	kind = kinds[dialect][written]
	require.NotEmpty(t, kind, "a column of %s has the type %q", dialect, written)
	return kind, 0
}
