package store_test

import (
	"database/sql"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"duban/store"
	"duban/store/dbtest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
)

// TestDeadlocksAreTriedAgain makes two writes take the same two rows crosswise:
// the server ends one, which runs again and succeeds.
func TestDeadlocksAreTriedAgain(t *testing.T) {
	s := dbtest.Open(t, store.Options{URL: dbtest.MySQL(t)})
	units := saveUnits(t, s, "甲", "乙")
	take := func(tx *gorm.DB, unit store.Unit) error {
		return tx.Model(&store.Unit{}).Where("id = ?", unit.ID).Update("position", gorm.Expr("position + 10")).Error
	}
	var runs atomic.Int32
	var wg, both sync.WaitGroup
	both.Add(2)
	for i := range 2 {
		first := true
		wg.Go(func() {
			assert.NoError(t, s.Write(t.Context(), func(tx *gorm.DB) error {
				runs.Add(1)
				if err := take(tx, units[i]); err != nil {
					return err
				}
				if first {
					first = false
					both.Done()
					both.Wait() // each has one row and wants the other
				}
				return take(tx, units[1-i])
			}))
		})
	}
	wg.Wait()
	require.EqualValues(t, 3, runs.Load(), "one of the two ran twice")
	for i, before := range units {
		unit, err := s.Unit(t.Context(), before.ID)
		require.NoError(t, err)
		require.Equal(t, i+20, unit.Position)
	}
}

func TestALockedRowIsUnavailable(t *testing.T) {
	url := dbtest.MySQL(t)
	s := dbtest.Open(t, store.Options{URL: url, LockWait: time.Second}) // the server counts whole seconds
	unit := saveUnits(t, s, "甲")[0]
	other, err := sql.Open("mysql", url)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, other.Close()) })
	tx, err := other.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), "SELECT id FROM units WHERE id = ? FOR UPDATE", unit.ID)
	require.NoError(t, err)

	unit.Position = 5
	_, err = s.SaveUnits(t.Context(), []store.Unit{unit})
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.NoError(t, tx.Rollback())
	_, err = s.SaveUnits(t.Context(), []store.Unit{unit})
	require.NoError(t, err)
}

func TestAServerThatIsAwayIsUnavailable(t *testing.T) {
	_, err := store.Open(t.Context(), store.Options{URL: "mysql://u:secret@127.0.0.1:1/duban"})
	require.ErrorIs(t, err, store.ErrUnavailable)
	require.NotContains(t, err.Error(), "secret")
}
