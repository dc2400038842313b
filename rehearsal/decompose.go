package rehearsal

import (
	"context"
	"fmt"
	"slices"

	"duban/client"
	"duban/dispatch"
	"duban/org"
	"duban/target"
)

// decompose takes the proposal of the program over, completes it where it leaves
// something to the lead unit, and puts it to sign.
func (y *year) decompose(ctx context.Context, lead client.Client, resource, key string) error {
	var opened struct {
		Version     int64              `json:"version"`
		Leads       []org.UnitRef      `json:"leads"`
		Requirement target.Requirement `json:"requirement"`
	}
	if err := lead.Get(ctx, resource, &opened); err != nil {
		return err
	}
	var proposal dispatch.Decomposition
	if err := lead.Get(ctx, resource+"/proposal", &proposal); err != nil {
		return err
	}
	draft := dispatch.Decomposition{Items: complete(proposal.Items, opened.Requirement, opened.Leads[0])}
	if err := lead.Put(ctx, resource+"/decomposition", draft, nil, client.Key(key+"-save"), client.IfVersion(opened.Version)); err != nil {
		return fmt.Errorf("save the decomposition: %w", err)
	}
	return lead.Post(ctx, resource+"/actions", map[string]string{"action": "submit-decomposition"}, nil, client.Key(key))
}

// complete gives the lead unit what a proposal gives to nobody: places that are
// no units, targets of a task without supporting units, a year without items.
func complete(items []target.Item, r target.Requirement, lead org.UnitRef) []target.Item {
	items = slices.Clone(items)
	for i := range items {
		if items[i].Unit.ID == "" {
			items[i].Unit = lead
		}
	}
	serves := func(key string) bool {
		return slices.ContainsFunc(items, func(item target.Item) bool { return item.TargetKey == key })
	}
	alone := target.Requirement{Year: r.Year, Units: []org.UnitRef{lead}}
	for _, t := range r.Targets {
		if !serves(t.TargetKey) {
			t.Units = nil
			alone.Targets = append(alone.Targets, t)
		}
	}
	if len(alone.Targets) == 0 && len(items) > 0 {
		return items
	}
	for _, item := range target.Propose(alone) {
		item.Key = len(items) + 1
		items = append(items, item)
	}
	return items
}
