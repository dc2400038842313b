package store

import (
	"context"
	"slices"

	"gorm.io/gorm"
)

// Group (单位组) is a name that stands for several units, such as 各县（区）.
type Group struct {
	ID   string `gorm:"primaryKey;size:64"`
	Name string `gorm:"size:200;not null;uniqueIndex:unit_groups__name"`
	// Members are the ids of the units, in order.
	Members []string `gorm:"-"`
}

// TableName is not "groups", which MySQL reserves.
func (Group) TableName() string { return "unit_groups" }

// groupMember is a unit's place in a group.
type groupMember struct {
	GroupID  string `gorm:"primaryKey;size:64"`
	UnitID   string `gorm:"primaryKey;size:64;index:unit_group_members__unit_id"`
	Position int    `gorm:"not null"`
}

func (groupMember) TableName() string { return "unit_group_members" }

// GroupFilter chooses groups for a list; zero fields choose all.
type GroupFilter struct {
	PageRequest
	Search string // part of the name
}

// Group returns one group with its members, or ErrNotFound.
func (s *Store) Group(ctx context.Context, id string) (Group, error) {
	groups := make([]Group, 1)
	if err := s.read(ctx).Take(&groups[0], "id = ?", id).Error; err != nil {
		return Group{}, err
	}
	err := loadMembers(s.read(ctx), groups)
	return groups[0], err
}

// Groups lists groups by name, with their members.
func (s *Store) Groups(ctx context.Context, filter GroupFilter) (Page[Group], error) {
	page, err := paginate(containing(s.read(ctx), filter.Search, "name"), filter.PageRequest,
		ascending("name", func(g *Group) string { return g.Name }))
	if err != nil {
		return page, err
	}
	return page, loadMembers(s.read(ctx), page.Items)
}

// SaveGroups inserts and updates groups and returns them with their ids; the
// members given replace those there are. A group without an id is the one that
// has its name, or new. Saving the same groups twice changes nothing.
func (s *Store) SaveGroups(ctx context.Context, groups []Group) ([]Group, error) {
	var saved []Group
	err := s.Write(ctx, func(tx *gorm.DB) error {
		if err := holdNames(tx); err != nil {
			return err
		}
		saved = saved[:0]
		for _, group := range groups {
			if err := saveGroup(tx, &group); err != nil {
				return err
			}
			saved = append(saved, group)
		}
		return checkNames(tx)
	})
	return saved, err
}

// DeleteGroup removes a group and its members' places. A group that a task or
// an alias names is refused with ErrReference.
func (s *Store) DeleteGroup(ctx context.Context, id string) error {
	return s.Write(ctx, func(tx *gorm.DB) error {
		if err := tx.Delete(&groupMember{}, "group_id = ?", id).Error; err != nil {
			return err
		}
		return mustAffect(tx.Delete(&Group{}, "id = ?", id))
	})
}

func saveGroup(tx *gorm.DB, group *Group) error {
	err := checkTexts(optional("id", &group.ID, 64), required("name", &group.Name, 200))
	if err != nil {
		return err
	}
	old, err := existing[Group](tx, group.ID, "name", group.Name)
	switch {
	case err != nil:
		return err
	case old == nil:
		if group.ID == "" {
			group.ID = NewID()
		}
		if err := tx.Create(group).Error; err != nil {
			return err
		}
		old = &Group{ID: group.ID}
	default:
		group.ID = old.ID
		if group.Name != old.Name {
			if err := tx.Save(group).Error; err != nil {
				return err
			}
		}
		olds := []Group{*old}
		if err := loadMembers(tx, olds); err != nil {
			return err
		}
		old = &olds[0]
	}
	if slices.Equal(old.Members, group.Members) {
		return nil
	}
	return replaceMembers(tx, *group)
}

func replaceMembers(tx *gorm.DB, group Group) error {
	if err := tx.Delete(&groupMember{}, "group_id = ?", group.ID).Error; err != nil {
		return err
	}
	members := make([]groupMember, len(group.Members))
	for i, unit := range group.Members {
		if slices.Contains(group.Members[:i], unit) {
			return &InvalidError{Field: "members", Reason: "单位重复 (a unit stands twice): " + unit}
		}
		members[i] = groupMember{GroupID: group.ID, UnitID: unit, Position: i}
	}
	if len(members) == 0 {
		return nil
	}
	return tx.Create(&members).Error
}

// loadMembers fills in the members of all groups with one query.
func loadMembers(query *gorm.DB, groups []Group) error {
	index := make(map[string]int, len(groups))
	ids := make([]string, len(groups))
	for i, g := range groups {
		index[g.ID], ids[i] = i, g.ID
	}
	var members []groupMember
	if err := query.Where("group_id IN ?", ids).Order("group_id, position").Find(&members).Error; err != nil {
		return err
	}
	for _, m := range members {
		group := &groups[index[m.GroupID]]
		group.Members = append(group.Members, m.UnitID)
	}
	return nil
}

// mustAffect turns a change that found no row into ErrNotFound.
func mustAffect(result *gorm.DB) error {
	if result.Error == nil && result.RowsAffected == 0 {
		return ErrNotFound
	}
	return result.Error
}
