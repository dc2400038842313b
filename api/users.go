package api

import (
	"context"
	"net/http"
	"time"

	"duban/act"
	"duban/org"
	"duban/store"
)

// user is a person who acts for a unit.
type user struct {
	ID     string      `json:"id"`
	Login  string      `json:"login"`
	Name   string      `json:"name"`
	Unit   org.UnitRef `json:"unit"`
	Roles  []org.Role  `json:"roles" nullable:"false"`
	Active bool        `json:"active"`
	// Contact is how he is reached.
	Contact contact `json:"contact"`
}

// token is a bearer token as it is kept, which is without the token itself.
type token struct {
	ID         string     `json:"id"`
	Label      string     `json:"label"`
	CreatedAt  time.Time  `json:"createdAt"`
	ExpiresAt  time.Time  `json:"expiresAt"`
	RevokedAt  *time.Time `json:"revokedAt"`
	LastUsedAt *time.Time `json:"lastUsedAt" doc:"Accurate to five minutes"`
}

func (s *server) userRoutes() {
	path := base + "/users"
	register(s, operation{method: http.MethodGet, path: path, id: "list-users", tag: "users", summary: "List users", roles: admins()}, s.listUsers)
	register(s, operation{method: http.MethodGet, path: path + "/{id}", id: "get-user", tag: "users", summary: "Get a user", roles: admins()}, s.getUser)
	register(s, operation{method: http.MethodPost, path: path, id: "create-user", tag: "users", summary: "Register a user", roles: admins(),
		status: http.StatusCreated, conflicts: true}, s.createUser)
	register(s, operation{method: http.MethodPut, path: path + "/{id}", id: "put-user", tag: "users", summary: "Change a user",
		description: "Another unit, other roles and being inactive count with his next request, in other processes within five seconds. " +
			"Who moves to another unit or becomes inactive is represented by nobody any more, and who becomes inactive stands in for nobody.",
		roles: admins(), conflicts: true}, s.putUser)
	register(s, operation{method: http.MethodGet, path: path + "/{id}/tokens", id: "list-tokens", tag: "users", summary: "List a user's tokens",
		roles: admins()}, s.listTokens)
	register(s, operation{method: http.MethodPost, path: path + "/{id}/tokens", id: "create-token", tag: "users", summary: "Make a token for a user",
		description: "The token is shown this once and cannot be read again.", roles: admins(), status: http.StatusCreated}, s.createToken)
	register(s, operation{method: http.MethodDelete, path: path + "/{id}/tokens/{token}", id: "revoke-token", tag: "users", summary: "Revoke a token",
		description: "It ends at once, and in other processes within five seconds.", roles: admins()}, s.revokeToken)
}

func showUser(u store.User) user {
	shown := user{ID: u.ID, Login: u.Login, Name: u.Name, Unit: org.UnitRef{ID: u.UnitID}, Roles: all(u.Roles), Active: u.Active, Contact: showContact(u.Contact)}
	if u.Unit != nil {
		shown.Unit = u.Unit.Ref()
	}
	return shown
}

type userListInput struct {
	Paging
	Search string `query:"search" maxLength:"200" doc:"Part of name or login"`
	Unit   string `query:"unit" maxLength:"64"`
	Role   string `query:"role" enum:"operator,head,supervisor,admin,viewer"`
	Active string `query:"active" enum:"true,false"`
}

func (s *server) listUsers(ctx context.Context, in *userListInput) (*page[user], error) {
	rows, err := s.store.Users(ctx, store.UserFilter{PageRequest: in.request(), Search: in.Search, UnitID: in.Unit,
		Role: org.Role(in.Role), Active: optional(in.Active)})
	if err != nil {
		return nil, err
	}
	return pageOf(rows, showUser), nil
}

func (s *server) getUser(ctx context.Context, in *ByID) (*one[user], error) {
	row, err := s.store.User(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return single(showUser(row)), nil
}

// userFields are what an administrator says about a user.
type userFields struct {
	ID     string     `json:"id,omitempty" doc:"Chosen by the system if left out"`
	Login  string     `json:"login"`
	Name   string     `json:"name"`
	Unit   unitID     `json:"unit"`
	Roles  []org.Role `json:"roles" doc:"operator, head, supervisor, admin, viewer"`
	Active *bool      `json:"active,omitempty" doc:"true if left out"`
}

func (s *server) createUser(ctx context.Context, in *struct{ Body body[userFields] }) (*one[user], error) {
	fields, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	if fields.ID == "" {
		fields.ID = store.NewID()
	} else if err := absent(s.store.User(ctx, fields.ID)); err != nil {
		return nil, err
	}
	return s.saveUser(ctx, fields)
}

type userInput struct {
	ByID
	Body body[userFields]
}

func (s *server) putUser(ctx context.Context, in *userInput) (*one[user], error) {
	fields, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	if _, err := s.store.User(ctx, in.ID); err != nil {
		return nil, err
	}
	fields.ID = in.ID
	return s.saveUser(ctx, fields)
}

func (s *server) saveUser(ctx context.Context, fields userFields) (*one[user], error) {
	saved, err := s.store.SaveUsersBy(ctx, actor(ctx).User, []store.User{{ID: fields.ID, Login: fields.Login, Name: fields.Name, UnitID: string(fields.Unit),
		Roles: fields.Roles, Active: fields.Active == nil || *fields.Active}})
	if err != nil {
		return nil, err
	}
	s.sessions.forgetUser(saved[0].ID)
	return single(showUser(saved[0])), nil
}

type tokenListInput struct {
	ByID
	Paging
}

func (s *server) listTokens(ctx context.Context, in *tokenListInput) (*page[token], error) {
	if _, err := s.store.User(ctx, in.ID); err != nil {
		return nil, err
	}
	rows, err := s.store.Tokens(ctx, in.ID, in.request())
	if err != nil {
		return nil, err
	}
	return pageOf(rows, func(t store.Token) token {
		return token{ID: t.ID, Label: t.Label, CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt, RevokedAt: t.RevokedAt, LastUsedAt: t.LastUsedAt}
	}), nil
}

const (
	defaultTokenDays = 90
	mostTokenDays    = 366
)

// newToken says for what and for how long a token is made.
type newToken struct {
	Label string `json:"label,omitempty" doc:"What it is for"`
	Days  int    `json:"days,omitempty" minimum:"1" maximum:"366" doc:"How long it is good; 90 if left out"`
}

type tokenInput struct {
	ByID
	Body body[newToken]
}

// plainToken is a token in plain, shown once.
type plainToken struct {
	Token string `json:"token"`
}

func (s *server) createToken(ctx context.Context, in *tokenInput) (*one[plainToken], error) {
	wanted, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	if wanted.Days == 0 {
		wanted.Days = defaultTokenDays
	}
	if wanted.Days < 1 || wanted.Days > mostTokenDays {
		return nil, act.Malformed("days", "令牌有效期应为 1 至 366 天。", "A token is good for 1 to 366 days.",
			act.Fault{Field: "days", Code: "range", Zh: "应为 1 至 366", En: "must be 1 to 366"})
	}
	if _, err := s.store.User(ctx, in.ID); err != nil {
		return nil, err
	}
	plain, err := s.store.CreateToken(ctx, in.ID, wanted.Label, time.Duration(wanted.Days)*24*time.Hour)
	if err != nil {
		return nil, err
	}
	return single(plainToken{Token: plain}), nil
}

type oneTokenInput struct {
	ByID
	Token string `path:"token" maxLength:"64" doc:"Id of the token"`
}

func (s *server) revokeToken(ctx context.Context, in *oneTokenInput) (*struct{}, error) {
	err := s.store.RevokeToken(ctx, in.ID, in.Token)
	s.sessions.forgetUser(in.ID)
	return nil, err
}
