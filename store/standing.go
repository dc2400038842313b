package store

import (
	"context"
	"errors"
	"time"

	"duban/act"
	"duban/org"

	"gorm.io/gorm"
)

// Standing is a user with what he acts for.
type Standing struct {
	User User
	// Unit is the one that he acts for: his own or, where that was merged, its
	// successor. Users of a merged unit count as the successor's, with their roles.
	Unit Unit
	// Merged are the ids of the units that were merged into it.
	Merged []string
}

// Actor is the user as processes know him.
func (s Standing) Actor() act.Actor {
	return act.Actor{User: s.User.ID, Name: s.User.Name, Unit: s.Unit.Ref(), Roles: s.User.Roles, Merged: s.Merged}
}

// Person is the user as rules know him.
func (s Standing) Person() org.Person {
	return org.Person{ID: s.User.ID, Active: s.User.Active, Unit: orgUnit(s.Unit), Roles: s.User.Roles}
}

// SignedIn is a user with those whom he may represent.
type SignedIn struct {
	Standing
	// StandIns are the stand-ins that are not over and lead to him, directly or
	// through others; those still to come among them.
	StandIns []org.StandIn
	// Others are the users whom they concern, by id.
	Others map[string]Standing
}

// Represents lists the users for whom he may act at a moment, nearest first.
func (s SignedIn) Represents(at time.Time) []org.Representation {
	return org.Represented(s.User.ID, s.StandIns, at)
}

// SignedIn returns the user who holds the plain token and all that he may act
// for, or ErrNotFound as UserByToken does.
func (s *Store) SignedIn(ctx context.Context, plain string) (SignedIn, error) {
	user, err := s.UserByToken(ctx, plain)
	if err != nil {
		return SignedIn{}, err
	}
	var signedIn SignedIn
	err = s.atOneMoment(ctx, func(tx *gorm.DB) error {
		signedIn = SignedIn{}
		if signedIn.Standing, err = standingOf(tx, user); err != nil {
			return err
		}
		return signedIn.loadOthers(tx, s.now())
	})
	return signedIn, err
}

// Standing returns a user with what he acts for, or ErrNotFound.
func (s *Store) Standing(ctx context.Context, id string) (Standing, error) {
	var standing Standing
	err := s.atOneMoment(ctx, func(tx *gorm.DB) error {
		var err error
		standing, err = loadStanding(tx, id)
		return err
	})
	return standing, err
}

// loadOthers loads the stand-ins that lead to the user. Those of somebody who is
// no longer active lead nowhere.
func (s *SignedIn) loadOthers(tx *gorm.DB, now time.Time) error {
	nearest := []string{s.User.ID}
	s.Others = map[string]Standing{}
	for range org.LongestChain {
		var rows []StandIn
		if err := openStandIns(tx, now).Where("stand_in_id IN ?", nearest).Order("`from`, id").Find(&rows).Error; err != nil {
			return err
		}
		nearest = nil
		for _, row := range rows {
			other, known := s.Others[row.UserID]
			if !known {
				var err error
				if other, err = loadStanding(tx, row.UserID); err != nil {
					return err
				}
				s.Others[row.UserID] = other
				nearest = append(nearest, row.UserID)
			}
			if other.User.Active {
				s.StandIns = append(s.StandIns, row.rule())
			}
		}
		if len(nearest) == 0 {
			return nil
		}
	}
	return nil
}

func loadStanding(tx *gorm.DB, id string) (Standing, error) {
	users := make([]User, 1)
	if err := tx.Take(&users[0], "id = ?", id).Error; err != nil {
		return Standing{}, err
	}
	if err := loadRolesAndUnits(tx, users); err != nil {
		return Standing{}, err
	}
	return standingOf(tx, users[0])
}

// standingOf follows the mergers of a user's unit.
func standingOf(tx *gorm.DB, user User) (Standing, error) {
	if user.Unit == nil {
		return Standing{}, &InvalidError{Field: "unitId", Reason: "用户没有单位 (the user has no unit)"}
	}
	around, err := mergersAround(tx, *user.Unit)
	if err != nil {
		return Standing{}, err
	}
	s := Standing{User: user, Unit: *user.Unit, Merged: around.Before(around.Of(user.UnitID))}
	if of := around.Of(user.UnitID); of != user.UnitID {
		s.Unit = Unit{}
		if err := tx.Take(&s.Unit, "id = ?", of).Error; err != nil {
			return Standing{}, err
		}
	}
	return s, nil
}

// personOf returns a user as rules know him; one who does not exist breaks a rule
// of the field.
func personOf(tx *gorm.DB, field, id string) (org.Person, error) {
	standing, err := loadStanding(tx, id)
	if errors.Is(err, ErrNotFound) {
		return org.Person{}, &org.RuleError{Field: field, Code: "unknown-user", Zh: "没有登记该用户，请重新选择。", En: "No such user is registered; choose another one."}
	}
	return standing.Person(), err
}
