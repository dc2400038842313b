package plan

import (
	"duban/act"
	"duban/org"
)

// Known looks up a unit that somebody names by its id, so that the record gets
// the name that the unit has. A unit that is not registered, or not active any
// more, is a fault of the field.
func Known(field, id string, find func(id string) (org.Unit, bool)) (org.UnitRef, []act.Fault) {
	unit, found := find(id)
	switch {
	case id == "":
		return org.UnitRef{}, []act.Fault{{Field: field, Code: "required", Zh: "请选择单位", En: "choose a unit"}}
	case !found:
		return org.UnitRef{}, []act.Fault{{Field: field, Code: "unknown-unit", Zh: "没有登记这个单位：" + id, En: "no such unit is registered: " + id}}
	case !unit.Active:
		return org.UnitRef{}, []act.Fault{{Field: field, Code: "inactive-unit", Zh: "“" + unit.Name + "”已停用，请选择其他单位",
			En: unit.Name + " is not active any more; choose another unit"}}
	}
	return unit.Ref(), nil
}
