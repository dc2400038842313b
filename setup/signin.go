package setup

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"duban/org"
	"duban/store"
)

// SignIn is how a person signs in.
type SignIn struct {
	User  store.User
	Token string
}

// goodFor is how long the tokens of a first start are good.
const goodFor = 90 * 24 * time.Hour

func signIns(ctx context.Context, s *store.Store, users []store.User) ([]SignIn, error) {
	made := make([]SignIn, 0, len(users))
	for _, user := range users {
		token, err := s.CreateToken(ctx, user.ID, "first start", goodFor)
		if err != nil {
			return nil, fmt.Errorf("token of %s: %w", user.Login, err)
		}
		made = append(made, SignIn{User: user, Token: token})
	}
	return made, nil
}

// Keep writes the sign-ins to a file that only its owner can read.
func Keep(path string, all []SignIn) error {
	if err := os.WriteFile(path, []byte(Table(all)), 0o600); err != nil {
		return fmt.Errorf("keep the sign-ins: %w", err)
	}
	return nil
}

// Table lists sign-ins, one a line: token, login, unit, roles, name.
func Table(all []SignIn) string {
	var text strings.Builder
	for _, one := range all {
		roles := make([]string, len(one.User.Roles))
		for i, role := range one.User.Roles {
			roles[i] = string(role)
		}
		fmt.Fprintf(&text, "  %s  %-24s %-11s %s %s\n", one.Token, one.User.Login, strings.Join(roles, ","), one.User.UnitID, one.User.Name)
	}
	return text.String()
}

// WithRole returns the first person who holds the role.
func WithRole(all []SignIn, role org.Role) (SignIn, error) {
	i := slices.IndexFunc(all, func(one SignIn) bool { return slices.Contains(one.User.Roles, role) })
	if i < 0 {
		return SignIn{}, fmt.Errorf("nobody holds the role %q", role)
	}
	return all[i], nil
}

// Of returns the first person of the unit who holds the role.
func Of(all []SignIn, unit string, role org.Role) (SignIn, error) {
	i := slices.IndexFunc(all, func(one SignIn) bool {
		return one.User.UnitID == unit && slices.Contains(one.User.Roles, role)
	})
	if i < 0 {
		return SignIn{}, fmt.Errorf("nobody in %s holds the role %q", unit, role)
	}
	return all[i], nil
}

// Cast picks the people with whom the product can be tried: the first two
// operators and heads, a supervisor, the administrator, a viewer.
func Cast(all []SignIn) []SignIn {
	wanted := map[org.Role]int{org.Operator: 2, org.Head: 2, org.Supervisor: 1, org.Admin: 1, org.Viewer: 1}
	var cast []SignIn
	for _, one := range all {
		for _, role := range one.User.Roles {
			if wanted[role] > 0 {
				wanted[role]--
				cast = append(cast, one)
				break
			}
		}
	}
	return cast
}
