package store

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"duban/org"

	"gorm.io/gorm"
)

// Recipients returns whom a notice to each of the parties reaches at a moment:
// the active users of the unit, or of the one that acts for it now, who hold the
// role, or the one user who is meant; and whoever stands in for one of them. Each
// user comes once.
func (s *Store) Recipients(ctx context.Context, parties []org.Party, at time.Time) (map[org.Party][]User, error) {
	reached := make(map[org.Party][]User, len(parties))
	err := s.atOneMoment(ctx, func(tx *gorm.DB) error {
		successor, err := successors(tx)
		if err != nil {
			return err
		}
		byUnit, err := activeUsers(tx, parties, successor)
		if err != nil {
			return err
		}
		for _, party := range parties {
			reached[party] = membersOf(party, byUnit, successor)
		}
		return addStandIns(tx, reached, at)
	})
	return reached, err
}

// successors maps each unit that was merged to the one that acts for it now.
func successors(tx *gorm.DB) (map[string]string, error) {
	var merged []Unit
	if err := tx.Select("id", "merged_into").Where("merged_into IS NOT NULL").Find(&merged).Error; err != nil {
		return nil, err
	}
	into := make(map[string]string, len(merged))
	for _, u := range merged {
		into[u.ID] = *u.MergedInto
	}
	final := make(map[string]string, len(into))
	for id := range into {
		last := id
		for range len(into) { // as long as a chain can be
			next, on := into[last]
			if !on {
				break
			}
			last = next
		}
		final[id] = last
	}
	return final, nil
}

// unitOf is the unit that acts for a party's.
func unitOf(party org.Party, successor map[string]string) string {
	if last, merged := successor[party.Unit]; merged {
		return last
	}
	return party.Unit
}

// activeUsers are the active users with their roles, by unit, of the units that
// are asked for; of all where a party has none.
func activeUsers(tx *gorm.DB, parties []org.Party, successor map[string]string) (map[string][]User, error) {
	units, everywhere := map[string]bool{}, false
	for _, party := range parties {
		units[unitOf(party, successor)] = true
		everywhere = everywhere || party.Unit == ""
	}
	query := tx.Where("active = ?", true)
	if !everywhere {
		query = query.Where("unit_id IN ?", slices.Sorted(maps.Keys(units)))
	}
	var users []User
	if err := query.Order("login").Find(&users).Error; err != nil {
		return nil, err
	}
	byUnit := make(map[string][]User, len(units))
	for some := range slices.Chunk(users, mostIDs) {
		if err := loadRolesAndUnits(tx, some); err != nil {
			return nil, err
		}
		for _, u := range some {
			byUnit[u.UnitID] = append(byUnit[u.UnitID], u)
		}
	}
	return byUnit, nil
}

func membersOf(party org.Party, byUnit map[string][]User, successor map[string]string) []User {
	var members []User
	take := func(users []User) {
		for _, u := range users {
			if party.User == u.ID || party.User == "" && slices.Contains(u.Roles, party.Role) {
				members = append(members, u)
			}
		}
	}
	if party.Unit != "" {
		take(byUnit[unitOf(party, successor)])
		return members
	}
	for _, users := range byUnit {
		take(users)
	}
	slices.SortFunc(members, func(a, b User) int { return cmp.Compare(a.Login, b.Login) })
	return members
}

// addStandIns adds those who stand in for somebody at a moment.
func addStandIns(tx *gorm.DB, reached map[org.Party][]User, at time.Time) error {
	absent := map[string]bool{}
	for _, users := range reached {
		for _, u := range users {
			absent[u.ID] = true
		}
	}
	var arranged []StandIn
	for some := range slices.Chunk(slices.Sorted(maps.Keys(absent)), mostIDs) {
		var found []StandIn
		err := tx.Where("user_id IN ? AND `from` <= ? AND until > ? AND ended_at IS NULL", some, moment(at), moment(at)).Order("id").Find(&found).Error
		if err != nil {
			return err
		}
		arranged = append(arranged, found...)
	}
	if len(arranged) == 0 {
		return nil
	}
	var users []User
	ids := convert(arranged, func(i StandIn) string { return i.StandInID })
	if err := tx.Where("id IN ? AND active = ?", ids, true).Find(&users).Error; err != nil {
		return err
	}
	for party, members := range reached {
		for _, i := range arranged {
			for _, u := range users {
				if u.ID == i.StandInID && has(members, i.UserID) && !has(members, u.ID) {
					members = append(members, u)
				}
			}
		}
		reached[party] = members
	}
	return nil
}

func has(users []User, id string) bool {
	return slices.ContainsFunc(users, func(u User) bool { return u.ID == id })
}
