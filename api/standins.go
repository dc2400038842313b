package api

import (
	"context"
	"net/http"
	"time"

	"duban/act"
	"duban/org"
	"duban/store"
)

// named is a user by id and name.
type named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// standIn is a period in which one user may act for another.
type standIn struct {
	ID        string     `json:"id"`
	User      named      `json:"user" doc:"Who is represented"`
	StandIn   named      `json:"standIn" doc:"Who acts for him"`
	From      time.Time  `json:"from"`
	Until     time.Time  `json:"until" doc:"First moment after it"`
	Reason    string     `json:"reason"`
	Status    string     `json:"status" enum:"to-come,in-force,over,ended" doc:"ended: before its time"`
	CreatedBy named      `json:"createdBy"`
	CreatedAt time.Time  `json:"createdAt"`
	EndedBy   *named     `json:"endedBy" doc:"Absent where it ended by an import"`
	EndedAt   *time.Time `json:"endedAt"`
}

func (s *server) standInRoutes() {
	path := base + "/stand-ins"
	register(s, operation{method: http.MethodGet, path: path, id: "list-stand-ins", tag: "users", summary: "List stand-ins (AB 角), those that begin last first",
		description: "Administrators see all, others those of their unit and their own."}, s.listStandIns)
	register(s, operation{method: http.MethodPost, path: path, id: "create-stand-in", tag: "users", summary: "Let somebody act for a user for a period",
		description: "The user himself, a head of his unit or an administrator arranges it. The stand-in acts in the user's unit with those of his " +
			"roles that are operator, head or supervisor, by sending the header On-Behalf-Of. Who stands in for a stand-in acts for both, up to three links.",
		status: http.StatusCreated}, s.createStandIn)
	register(s, operation{method: http.MethodPost, path: path + "/{id}/end", id: "end-stand-in", tag: "users", summary: "End a stand-in now",
		description: "By those who may arrange it. One that is over stays as it is.", conflicts: true}, s.endStandIn)
}

type standInListInput struct {
	Paging
	User string `query:"user" maxLength:"64" doc:"Who is represented or stands in"`
	Open string `query:"open" enum:"true,false" doc:"true: only those that are in force or to come"`
}

func (s *server) listStandIns(ctx context.Context, in *standInListInput) (*page[standIn], error) {
	filter := store.StandInFilter{PageRequest: in.request(), User: in.User, Open: in.Open == "true"}
	if who := actor(ctx); !who.Has(org.Admin) {
		filter.Of = &store.Addressee{User: who.User, Units: units(who)}
	}
	rows, err := s.store.StandIns(ctx, filter)
	if err != nil {
		return nil, err
	}
	names, err := s.namesIn(ctx, rows.Items...)
	if err != nil {
		return nil, err
	}
	now := s.sessions.now()
	return pageOf(rows, func(row store.StandIn) standIn { return showStandIn(row, names, now) }), nil
}

// namesIn are the names of the users in stand-ins, by id.
func (s *server) namesIn(ctx context.Context, rows ...store.StandIn) (map[string]string, error) {
	ids := make([]string, 0, 4*len(rows))
	for _, row := range rows {
		ids = append(ids, row.UserID, row.StandInID, row.CreatedBy, row.EndedBy)
	}
	return s.store.UserNames(ctx, ids)
}

func showStandIn(row store.StandIn, names map[string]string, now time.Time) standIn {
	user := func(id string) named { return named{ID: id, Name: names[id]} }
	shown := standIn{ID: row.ID, User: user(row.UserID), StandIn: user(row.StandInID), From: row.From, Until: row.Until, Reason: row.Reason,
		Status: "in-force", CreatedBy: user(row.CreatedBy), CreatedAt: row.CreatedAt, EndedAt: row.EndedAt}
	if row.EndedBy != "" {
		by := user(row.EndedBy)
		shown.EndedBy = &by
	}
	switch {
	case row.EndedAt != nil:
		shown.Status = "ended"
	case now.Before(row.From):
		shown.Status = "to-come"
	case !now.Before(row.Until):
		shown.Status = "over"
	}
	return shown
}

func (s *server) oneStandIn(ctx context.Context, row store.StandIn) (*one[standIn], error) {
	names, err := s.namesIn(ctx, row)
	if err != nil {
		return nil, err
	}
	return single(showStandIn(row, names, s.sessions.now())), nil
}

// newStandIn says who acts for whom from when to when.
type newStandIn struct {
	User    string    `json:"user,omitempty" doc:"Id of who is represented; the signed-in user if left out"`
	StandIn string    `json:"standIn" doc:"Id of who acts for him"`
	From    time.Time `json:"from,omitzero" doc:"Now if left out or past"`
	Until   time.Time `json:"until" doc:"First moment after it, at most a year later"`
	Reason  string    `json:"reason"`
}

func (s *server) createStandIn(ctx context.Context, in *struct{ Body body[newStandIn] }) (*one[standIn], error) {
	wanted, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	who := actor(ctx)
	if wanted.User == "" {
		wanted.User = who.User
	}
	if err := s.mayArrange(ctx, wanted.User); err != nil {
		return nil, err
	}
	row, err := s.store.CreateStandIn(ctx, store.StandIn{UserID: wanted.User, StandInID: wanted.StandIn, From: wanted.From, Until: wanted.Until,
		Reason: wanted.Reason, CreatedBy: who.User})
	if err != nil {
		return nil, err
	}
	s.sessions.forgetUser(row.StandInID)
	return s.oneStandIn(ctx, row)
}

func (s *server) endStandIn(ctx context.Context, in *ByID) (*one[standIn], error) {
	row, err := s.store.StandIn(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := s.mayArrange(ctx, row.UserID); err != nil {
		return nil, err
	}
	if row, err = s.store.EndStandIn(ctx, in.ID, actor(ctx).User); err != nil {
		return nil, err
	}
	s.sessions.forgetUser(row.StandInID)
	return s.oneStandIn(ctx, row)
}

// mayArrange refuses whoever may not arrange or end stand-ins of a user. Nobody
// does so on behalf of another.
func (s *server) mayArrange(ctx context.Context, user string) error {
	of, err := s.store.Standing(ctx, user)
	if err != nil {
		return err
	}
	self := requestOf(ctx).as
	person := org.Person{ID: self.actor.User, Active: true, Unit: org.Unit{ID: self.unit.ID}, Roles: self.actor.Roles}
	if person.MayArrange(of.Person()) {
		return nil
	}
	return act.NotAllowed("not-yours", "只有本人、其单位负责人或管理员可以设置或结束代理。",
		"Only the user himself, a head of his unit or an administrator arranges or ends stand-ins.")
}
