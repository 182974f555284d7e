package slots

import (
	"cmp"
	"slices"
)

// Claim is a range of cells [From, To) that a visit occupies at a resource.
type Claim struct {
	Resource string // see PractitionerResource and RoomResource
	From, To Cell
}

// Claims lists what a slot occupies: the practitioner and each room or machine
// with the service's buffers around the visit, sorted by resource. A slot of a
// service the profile no longer has claims the visit without buffers.
func (ix *Index) Claims(s Slot) []Claim {
	from, to := CellOf(s.Start), cellFrom(s.End)
	if svc := ix.services[s.Service]; svc != nil {
		from, to = from-Cell(svc.before), to+Cell(svc.after)
	}
	out := make([]Claim, 0, 1+len(s.Resources))
	if s.Practitioner != "" {
		out = append(out, Claim{PractitionerResource(s.Practitioner), from, to})
	}
	for _, id := range s.Resources {
		out = append(out, Claim{RoomResource(id), from, to})
	}
	slices.SortFunc(out, func(a, b Claim) int {
		return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.From, b.From))
	})
	return out
}

// slot is the visit of a duty that begins at a cell.
func (p *plan) slot(d *duty, start Cell, rooms []string) Slot {
	return Slot{
		Start: start.in(d.branch.loc), End: (start + Cell(p.length)).in(d.branch.loc),
		Service: p.query.Service, Branch: d.branch.id, Practitioner: d.id, Resources: rooms,
	}
}
