package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"duban/org"

	"gorm.io/gorm"
)

// User is a person who acts for a unit.
type User struct {
	ID string `gorm:"primaryKey;size:64"`
	// Login is unique and kept in lower case.
	Login     string    `gorm:"size:100;not null;uniqueIndex:users__login"`
	Name      string    `gorm:"size:100;not null"`
	UnitID    string    `gorm:"size:64;not null;index:users__unit_id"`
	Active    bool      `gorm:"not null"`
	CreatedAt time.Time `gorm:"precision:6;not null"`
	UpdatedAt time.Time `gorm:"precision:6;not null"`
	// Contact is how the user is reached. Saving a user who exists leaves it as it
	// is: see SetContact.
	Contact Contact `gorm:"embedded"`

	// Roles are what the user may do, in the order of org.Roles.
	Roles []org.Role `gorm:"-"`
	// Unit is the user's unit; it is filled in when a user is read and ignored
	// when one is saved.
	Unit *Unit `gorm:"-"`
}

// userRole is one role of a user.
type userRole struct {
	UserID string   `gorm:"primaryKey;size:64"`
	Role   org.Role `gorm:"primaryKey;size:32"`
}

// UserFilter chooses users for a list; zero fields choose all.
type UserFilter struct {
	PageRequest
	Search string // part of the name or login
	UnitID string
	Role   org.Role
	Active *bool
}

// User returns one user with roles and unit, or ErrNotFound.
func (s *Store) User(ctx context.Context, id string) (User, error) {
	return s.oneUser(ctx, "id = ?", id)
}

// UserByLogin returns the user with the login in any case, or ErrNotFound.
func (s *Store) UserByLogin(ctx context.Context, login string) (User, error) {
	return s.oneUser(ctx, "login = ?", strings.ToLower(strings.TrimSpace(login)))
}

func (s *Store) oneUser(ctx context.Context, where string, arg any) (User, error) {
	users := make([]User, 1)
	if err := s.read(ctx).Take(&users[0], where, arg).Error; err != nil {
		return User{}, err
	}
	err := loadRolesAndUnits(s.read(ctx), users)
	return users[0], err
}

// Users lists users by login, with roles and units.
func (s *Store) Users(ctx context.Context, filter UserFilter) (Page[User], error) {
	query := containing(s.read(ctx), filter.Search, "name", "login")
	query = equal(query, "unit_id", filter.UnitID)
	if filter.Role != "" {
		query = query.Where("id IN (?)", s.read(ctx).Model(&userRole{}).Select("user_id").Where("role = ?", filter.Role))
	}
	if filter.Active != nil {
		query = query.Where("active = ?", *filter.Active)
	}
	page, err := paginate(query, filter.PageRequest, ascending("login", func(u *User) string { return u.Login }))
	if err != nil {
		return page, err
	}
	return page, loadRolesAndUnits(s.read(ctx), page.Items)
}

// UserNames returns the names of users, by id; ids of nobody are left out.
func (s *Store) UserNames(ctx context.Context, ids []string) (map[string]string, error) {
	names := make(map[string]string, len(ids))
	for some := range slices.Chunk(slices.Compact(slices.Sorted(slices.Values(ids))), mostIDs) {
		var users []User
		if err := s.read(ctx).Select("id", "name").Where("id IN ?", some).Find(&users).Error; err != nil {
			return nil, err
		}
		for _, u := range users {
			names[u.ID] = u.Name
		}
	}
	return names, nil
}

// UsersOf returns the active users who may act for a party, by login. A party
// without a unit is everyone who holds the role, one with a user is that user
// while he is in the unit. Where the unit was merged, its successor's users act.
func (s *Store) UsersOf(ctx context.Context, party org.Party) ([]User, error) {
	var users []User
	query := s.read(ctx).Where("active = ?", true)
	if party.User != "" {
		query = query.Where("id = ?", party.User)
	} else {
		query = query.Where("id IN (?)", s.read(ctx).Model(&userRole{}).Select("user_id").Where("role = ?", party.Role))
	}
	if party.Unit != "" || party.User != "" {
		units, err := actingFor(s.read(ctx), party.Unit)
		if err != nil {
			return nil, err
		}
		query = query.Where("unit_id IN ?", units)
	}
	if err := query.Order("login").Find(&users).Error; err != nil {
		return nil, err
	}
	return users, loadRolesAndUnits(s.read(ctx), users)
}

// SaveUsers inserts and updates users and returns them with their ids; the
// roles given replace those there are. A user without an id is the one with his
// login, or new. Saving the same users twice changes nothing.
func (s *Store) SaveUsers(ctx context.Context, users []User) ([]User, error) {
	return s.SaveUsersBy(ctx, "", users)
}

// SaveUsersBy is SaveUsers by a user, whose id is kept with what ends by it: who
// moves to another unit or becomes inactive is represented by nobody any more.
func (s *Store) SaveUsersBy(ctx context.Context, by string, users []User) ([]User, error) {
	var saved []User
	err := s.Write(ctx, func(tx *gorm.DB) error {
		saved = saved[:0]
		for _, user := range users {
			moved, err := saveUser(tx, &user)
			if err != nil {
				return err
			}
			if moved {
				if err := endStandInsOf(tx, user, by, s.now()); err != nil {
					return err
				}
			}
			saved = append(saved, user)
		}
		return loadRolesAndUnits(tx, saved)
	})
	return saved, err
}

// saveUser also reports whether the user left a unit or became inactive.
func saveUser(tx *gorm.DB, user *User) (moved bool, err error) {
	user.Login = strings.ToLower(user.Login)
	err = checkTexts(
		optional("id", &user.ID, 64), required("login", &user.Login, 100),
		required("name", &user.Name, 100), required("unitId", &user.UnitID, 64))
	if err != nil {
		return false, err
	}
	for _, role := range user.Roles {
		if err := oneOf("roles", role, org.Roles()...); err != nil {
			return false, err
		}
	}
	if err := user.Contact.check(); err != nil {
		return false, err
	}
	old, err := existing[User](tx, user.ID, "login", user.Login)
	switch {
	case err != nil:
		return false, err
	case old == nil:
		if user.ID == "" {
			user.ID = NewID()
		}
		if err := tx.Create(user).Error; err != nil {
			return false, err
		}
	default:
		moved = user.UnitID != old.UnitID || old.Active && !user.Active
		user.ID, user.CreatedAt, user.UpdatedAt, user.Contact = old.ID, old.CreatedAt, old.UpdatedAt, old.Contact
		same := user.Login == old.Login && user.Name == old.Name && user.UnitID == old.UnitID && user.Active == old.Active
		if !same {
			if err := tx.Save(user).Error; err != nil {
				return false, err
			}
		}
	}
	return moved, replaceRoles(tx, *user)
}

// replaceRoles makes the user's roles those given, each once.
func replaceRoles(tx *gorm.DB, user User) error {
	var old []userRole
	if err := tx.Where("user_id = ?", user.ID).Find(&old).Error; err != nil {
		return err
	}
	var fresh []userRole
	for _, role := range org.Roles() {
		has := slices.Contains(old, userRole{UserID: user.ID, Role: role})
		wants := slices.Contains(user.Roles, role)
		if wants && !has {
			fresh = append(fresh, userRole{UserID: user.ID, Role: role})
		}
		if has && !wants {
			if err := tx.Delete(&userRole{}, "user_id = ? AND role = ?", user.ID, role).Error; err != nil {
				return err
			}
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return tx.Create(&fresh).Error
}

// loadRolesAndUnits completes users with two queries, however many they are.
func loadRolesAndUnits(query *gorm.DB, users []User) error {
	if len(users) == 0 {
		return nil
	}
	ids, unitIDs := make([]string, len(users)), make([]string, len(users))
	for i, u := range users {
		ids[i], unitIDs[i] = u.ID, u.UnitID
	}
	var roles []userRole
	if err := query.Where("user_id IN ?", ids).Find(&roles).Error; err != nil {
		return err
	}
	var units []Unit
	if err := query.Where("id IN ?", slices.Compact(slices.Sorted(slices.Values(unitIDs)))).Find(&units).Error; err != nil {
		return err
	}
	byID := make(map[string]*Unit, len(units))
	for i := range units {
		byID[units[i].ID] = &units[i]
	}
	for i := range users {
		users[i].Unit, users[i].Roles = byID[users[i].UnitID], nil
		for _, role := range org.Roles() {
			if slices.Contains(roles, userRole{UserID: users[i].ID, Role: role}) {
				users[i].Roles = append(users[i].Roles, role)
			}
		}
	}
	return nil
}
