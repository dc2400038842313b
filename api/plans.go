package api

import (
	"context"
	"net/http"
	"time"

	"duban/act"
	"duban/calendar"
	"duban/org"
	"duban/plan"
	"duban/policy"
	"duban/store"
)

// PlanResource is the work that came out of one policy.
type PlanResource struct {
	ID             string           `json:"id"`
	PolicyID       string           `json:"policyId"`
	Title          string           `json:"title"`
	Status         store.PlanStatus `json:"status" enum:"draft,published"`
	StartYear      int              `json:"startYear"`
	EndYear        int              `json:"endYear"`
	TimeZone       string           `json:"timeZone" doc:"Where the plan's days begin and end"`
	SupervisorUnit *org.UnitRef     `json:"supervisorUnit,omitempty" doc:"Absent while nobody named it"`
	Version        int              `json:"version"`
	CreatedAt      time.Time        `json:"createdAt"`
	PublishedAt    *time.Time       `json:"publishedAt"`
	PublishedBy    string           `json:"publishedBy"`
}

// planDetail is a plan with its programmes and the count of its tasks.
type planDetail struct {
	PlanResource
	Programmes []programme `json:"programmes" nullable:"false"`
	Tasks      int         `json:"tasks" doc:"How many tasks the plan has"`
}

// programme is a group of tasks.
type programme struct {
	Key     string `json:"key"`
	Section string `json:"section"`
	Name    string `json:"name"`
}

func (s *server) planRoutes() {
	register(s, operation{method: http.MethodPost, path: base + "/plans", id: "create-plan", tag: "plans", summary: "Make a draft plan of a policy",
		description: "Title and years are those of the document where they are left out.", roles: admins(), status: http.StatusCreated}, s.createPlan)
	register(s, operation{method: http.MethodGet, path: base + "/plans", id: "list-plans", tag: "plans", summary: "List plans, newest first",
		description: "Units see published plans."}, s.listPlans)
	register(s, operation{method: http.MethodGet, path: base + "/plans/{id}", id: "get-plan", tag: "plans", summary: "Get a plan"}, s.getPlan)
	register(s, operation{method: http.MethodPatch, path: base + "/plans/{id}", id: "change-plan", tag: "plans", summary: "Change title, years, time zone or supervising unit of a draft plan",
		description: "What is left out stays.", roles: admins(), conflicts: true}, s.changePlan)
	register(s, operation{method: http.MethodPost, path: base + "/plans/{id}/publish", id: "publish-plan", tag: "plans", summary: "Publish a plan, so that its years can begin",
		description: "Refused with 422 as long as a task has no lead or a name is not known, with all that is missing.",
		roles:       admins(), conflicts: true}, s.publishPlan)
}

type newPlan struct {
	PolicyID       string `json:"policyId"`
	Title          string `json:"title,omitempty"`
	StartYear      int    `json:"startYear,omitempty"`
	EndYear        int    `json:"endYear,omitempty"`
	TimeZone       string `json:"timeZone,omitempty" doc:"Asia/Shanghai if left out"`
	SupervisorUnit unitID `json:"supervisorUnit,omitempty"`
}

func (s *server) createPlan(ctx context.Context, in *struct{ Body body[newPlan] }) (*one[planDetail], error) {
	wanted, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	row, err := s.store.Policy(ctx, wanted.PolicyID)
	if err != nil {
		return nil, err
	}
	var draft policy.Draft
	if err := row.Draft.Decode(&draft); err != nil {
		return nil, err
	}
	registry, err := s.store.Registry(ctx)
	if err != nil {
		return nil, err
	}
	wish := plan.Wish{Title: wanted.Title, From: wanted.StartYear, To: wanted.EndYear}
	if wanted.SupervisorUnit != "" {
		if wish.Supervisor, err = supervisorOf(registry, wanted.SupervisorUnit); err != nil {
			return nil, err
		}
	}
	p, err := plan.FromDraft(draft, wish, registry.Resolve)
	if err != nil {
		return nil, err
	}
	rows, err := planRows(p)
	if err != nil {
		return nil, err
	}
	rows.PolicyID, rows.TimeZone = row.ID, wanted.TimeZone
	if rows.TimeZone == "" {
		rows.TimeZone = calendar.DefaultZone
	}
	created, err := s.store.CreatePlan(ctx, rows)
	if err != nil {
		return nil, err
	}
	return showPlanDetail(created, registry), nil
}

func supervisorOf(registry *org.Registry, id unitID) (*org.UnitRef, error) {
	unit, faults := plan.Known("supervisorUnit", string(id), registry.Unit)
	if len(faults) > 0 {
		return nil, unknownUnits(faults)
	}
	return &unit, nil
}

func unknownUnits(faults []act.Fault) error {
	return act.Malformed("units", "单位有误，请按提示修改。", "Some units are wrong; correct them.", faults...)
}

type planListInput struct {
	Paging
	Search   string `query:"search" maxLength:"200" doc:"Part of the title"`
	PolicyID string `query:"policy" maxLength:"64"`
	Status   string `query:"status" enum:"draft,published"`
}

func (s *server) listPlans(ctx context.Context, in *planListInput) (*page[PlanResource], error) {
	filter := store.PlanFilter{PageRequest: in.request(), Search: in.Search, PolicyID: in.PolicyID, Status: store.PlanStatus(in.Status)}
	if !mayReadPlan(ctx, false) {
		filter.Status = store.PlanPublished
	}
	rows, err := s.store.Plans(ctx, filter)
	if err != nil {
		return nil, err
	}
	registry, err := s.store.Registry(ctx)
	if err != nil {
		return nil, err
	}
	return pageOf(rows, func(p store.Plan) PlanResource { return showPlan(p, registry) }), nil
}

func (s *server) getPlan(ctx context.Context, in *ByID) (*one[planDetail], error) {
	detail, registry, err := s.readablePlan(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return showPlanDetail(detail, registry), nil
}

// readablePlan returns a plan that the reader may see, with the units to read
// its names by.
func (s *server) readablePlan(ctx context.Context, id string) (store.PlanDetail, *org.Registry, error) {
	detail, err := s.store.PlanDetail(ctx, id)
	if err != nil {
		return detail, nil, err
	}
	if !mayReadPlan(ctx, detail.Status == store.PlanPublished) {
		return detail, nil, missing()
	}
	registry, err := s.store.Registry(ctx)
	return detail, registry, err
}

// changeablePlan is readablePlan for a change: what is published stands.
func (s *server) changeablePlan(ctx context.Context, id string) (store.PlanDetail, *org.Registry, error) {
	detail, registry, err := s.readablePlan(ctx, id)
	if err != nil {
		return detail, nil, err
	}
	return detail, registry, plan.MayChange(detail.Status == store.PlanPublished)
}

type planChange struct {
	Title          *string `json:"title,omitempty"`
	StartYear      *int    `json:"startYear,omitempty"`
	EndYear        *int    `json:"endYear,omitempty"`
	TimeZone       *string `json:"timeZone,omitempty" doc:"Where the plan's days begin and end, a name of the tz database"`
	SupervisorUnit *unitID `json:"supervisorUnit,omitempty"`
}

type planChangeInput struct {
	ByID
	Match string `header:"If-Match" doc:"The version that was read, as its ETag"`
	Body  body[planChange]
}

func (s *server) changePlan(ctx context.Context, in *planChangeInput) (*one[planDetail], error) {
	change, err := in.Body.decode()
	if err != nil {
		return nil, err
	}
	detail, registry, err := s.changeablePlan(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	row := detail.Plan
	if row.Version, err = versionOr(in.Match, row.Version); err != nil {
		return nil, err
	}
	set(&row.Title, change.Title)
	set(&row.StartYear, change.StartYear)
	set(&row.EndYear, change.EndYear)
	set(&row.TimeZone, change.TimeZone)
	if faults := plan.CheckYears(row.StartYear, row.EndYear); len(faults) > 0 {
		return nil, act.Malformed("years", "方案的起止年份有误，请修改。", "The years of the plan are not sound; correct them.", faults...)
	}
	if change.SupervisorUnit != nil {
		supervisor, err := supervisorOf(registry, *change.SupervisorUnit)
		if err != nil {
			return nil, err
		}
		row.SupervisorUnitID = &supervisor.ID
	}
	if detail.Plan, err = s.store.UpdatePlan(ctx, row); err != nil {
		return nil, err
	}
	return showPlanDetail(detail, registry), nil
}

// set takes a value over where one is given.
func set[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

// versionOr is the version of If-Match, or the one that is there now.
func versionOr(match string, now int) (int, error) {
	version, err := expected(match)
	if err != nil || version == 0 {
		return now, err
	}
	return int(version), nil
}

type publishInput struct {
	ByID
	Match string `header:"If-Match" doc:"The version that was read, as its ETag"`
}

func (s *server) publishPlan(ctx context.Context, in *publishInput) (*one[planDetail], error) {
	detail, registry, err := s.readablePlan(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	asPlan, err := detail.Read(registry)
	if err != nil {
		return nil, err
	}
	if err := plan.CheckPublish(asPlan); err != nil {
		return nil, err
	}
	version, err := versionOr(in.Match, detail.Version)
	if err != nil {
		return nil, err
	}
	if detail.Plan, err = s.store.PublishPlan(ctx, in.ID, version, requestOf(ctx).user.ID); err != nil {
		return nil, err
	}
	s.schedule(ctx, in.ID)
	return showPlanDetail(detail, registry), nil
}

func showPlan(p store.Plan, registry *org.Registry) PlanResource {
	resource := PlanResource{ID: p.ID, PolicyID: p.PolicyID, Title: p.Title, Status: p.Status, StartYear: p.StartYear, EndYear: p.EndYear,
		TimeZone: p.TimeZone, Version: p.Version, CreatedAt: p.CreatedAt, PublishedAt: p.PublishedAt, PublishedBy: p.PublishedBy}
	if p.SupervisorUnitID != nil {
		supervisor := registry.Ref(*p.SupervisorUnitID)
		resource.SupervisorUnit = &supervisor
	}
	return resource
}

func showPlanDetail(d store.PlanDetail, registry *org.Registry) *one[planDetail] {
	detail := planDetail{PlanResource: showPlan(d.Plan, registry), Programmes: make([]programme, len(d.Programmes)), Tasks: len(d.Tasks)}
	for i, p := range d.Programmes {
		detail.Programmes[i] = programme{Key: p.Key, Section: p.Section, Name: p.Name}
	}
	return versioned(detail, int64(d.Version))
}
