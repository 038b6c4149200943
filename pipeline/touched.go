package pipeline

import (
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline/compare"
)

// changedThere lists the fields of what stands at the target that say neither what was
// last written nor what the target gave back then: somebody changed them. Of a field that
// we said nothing of this can be told only where it is known what the target gave back:
// else what a system puts there by itself would be taken for somebody's. lost are those
// that the target did not keep.
func changedThere(there desk.Record, row checkpoints.Row, caps connectors.Caps, lost map[string]bool) (names []string) {
	kind, now := there.Kind(), desk.PrintsOf(there)
	differ := printsThere(there).Changed(row.Written)
	var since []string // it was given back
	if row.Returned != nil {
		since = now.Changed(row.Returned)
		for _, name := range since {
			if !row.Written.Has(name) && !slices.Contains(differ, name) { // it was taken out
				differ = append(differ, name)
			}
		}
	}
	for _, name := range differ {
		kept := caps.Keeps(kind, name) && name != "deleted" && (name != "created" || caps.Dated(kind))
		itsOwn := !row.Written.Has(name) && (compare.OfItsOwn(name) || slices.Contains(caps.Always[kind], name))
		if row.Returned != nil {
			itsOwn = !slices.Contains(since, name)
		}
		begun := row.Begun.Only(name) // it may be our own write, of which the answer was lost
		ours := len(begun) > 0 && len(saying(printsThere(there), []string{name}).Changed(begun)) == 0
		excused := lost[name] && row.Returned == nil // what came back shows what was lost
		if kept && !itsOwn && !ours && !excused {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// printsThere are the prints of a record of the target's as they would be of one that
// is to be written: what it refers to is the target's.
func printsThere(there desk.Record) desk.Prints { return desk.PrintsOf(asOurs(there)) }

// asOurs is a copy of a record of the target's that refers as one does that is to be
// written.
func asOurs(there desk.Record) desk.Record {
	c := desk.Clone(there)
	for _, ref := range desk.Refs(c) {
		ref.Target = ref.ID
	}
	return c
}

// lostFields are the fields of a record itself that were seen not to be kept when it was
// written.
func lostFields(losses []checkpoints.Loss, kind desk.Kind) map[string]bool {
	out := map[string]bool{}
	for _, l := range losses {
		out[l.Field] = out[l.Field] || l.Kind == kind && !strings.HasPrefix(l.Detail, connectors.Unseen)
	}
	return out
}

// saying are the prints of the named fields, with one of nothing for each that says
// nothing.
func saying(now desk.Prints, fields []string) desk.Prints {
	out := now.Only(fields...)
	for _, name := range fields {
		if !out.Has(name) {
			out = append(out, desk.Print{Name: name})
		}
	}
	return out
}

// replaced is prints with those of the named fields taken from newer ones.
func replaced(was, newer desk.Prints, fields []string) desk.Prints {
	out := slices.DeleteFunc(slices.Clone(was), func(p desk.Print) bool { return slices.Contains(fields, p.Name) })
	out = append(out, newer.Only(fields...)...)
	slices.SortFunc(out, func(a, b desk.Print) int { return cmpNames(a.Name, b.Name) })
	return out
}
