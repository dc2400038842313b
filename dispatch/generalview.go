package dispatch

import (
	"reflect"
	"slices"

	"duban/approval"
	"duban/org"
	"duban/projection"
)

// View is what a general sign-off shows to readers.
func (g GeneralSignOff) View() projection.View { return g.viewBeside(GeneralSignOff{}) }

// Views are what an earlier state and this one show, without most of what is
// alike in both. The difference of the two is that of the whole views; of
// thousands of signers they hold the one who has signed.
func (g GeneralSignOff) Views(prev GeneralSignOff) (before, after projection.View) {
	return prev.viewBeside(g), g.viewBeside(prev)
}

// viewBeside is the view but for rows that another state shows alike.
func (g GeneralSignOff) viewBeside(other GeneralSignOff) projection.View {
	if g.SignOff.Status == "" {
		return projection.View{}
	}
	host, _ := HostOf(g.SignOff.ID)
	var v projection.View
	if !g.sameRow(other) {
		body, _ := generalContent(g.Content, g.Attachments)
		v.SignOffs = append(v.SignOffs, signOffRow(host, g.SignOff, body))
	}
	v = withCopies(withSigners(v, host, g.SignOff, other.SignOff), host, g.SignOff)
	v.Attachments = append(v.Attachments, attached(host, g.SignOff.ID, "sign-off", slices.Concat(g.Earlier, g.Attachments))...)
	if g.SignOff.Status.Resubmittable() {
		v.Todos = append(v.Todos, named(askedOf(operator(g.SignOff.Initiator), projection.Todo{Instance: host, Kind: "resubmit",
			Title: short(g.SignOff.Title), Resource: "sign-offs/" + g.SignOff.ID, Since: *when(g.SignOff.OpenedAt)})))
	}
	if !sameUnits(g.SignOff, other.SignOff) {
		v.Parties = parties(host, []org.UnitRef{g.SignOff.Initiator, g.SignOff.Supervisor}, g.SignOff)
	}
	return v
}

// sameRow reports whether two states show the same row of the sign-off itself.
// Its route and content may be long: whether they are the same is seen without
// writing them out.
func (g GeneralSignOff) sameRow(other GeneralSignOff) bool {
	a, b := g.SignOff, other.SignOff
	if b.Status == "" || g.Content != other.Content || !slices.Equal(g.Attachments, other.Attachments) || !sameRoute(a.Route, b.Route) {
		return false
	}
	a.Route, b.Route = nil, nil
	return reflect.DeepEqual(signOffRow("", a, nil), signOffRow("", b, nil))
}

// sameUnits reports whether two states are known to concern the same units.
func sameUnits(a, b approval.SignOff) bool {
	return a.Initiator == b.Initiator && a.Supervisor == b.Supervisor && sameRoute(a.Route, b.Route) &&
		len(a.Entries) == len(b.Entries) && len(a.Copies) == len(b.Copies)
}

// sameRoute reports whether two states share their route, as those of one
// sign-off do.
func sameRoute(a, b approval.Route) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}
