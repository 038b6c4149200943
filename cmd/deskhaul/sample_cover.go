package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline"
	"github.com/deskhaul/deskhaul/pipeline/compare"
	"github.com/deskhaul/deskhaul/report"
)

// coverFields are the fields of a ticket's cover in the order in which people read them;
// custom fields come after them.
var coverFields = []string{
	"subject", "status", "priority", "type", "channel", "category", "group", "requester", "assignee", "participants", "tags",
	"created", "due", "solved", "closed", "merged_into", "rating", "number",
}

// cover puts the fields of both sides beside each other.
func (n *names) cover(ctx context.Context, b *pipeline.Beside) (rows []report.CoverRow) {
	for _, field := range append(slices.Clone(coverFields), ownFields(b.Source, b.Want, b.Got)...) {
		row := report.CoverRow{
			Field: field, Source: n.value(ctx, b.Source, field, false), Mapped: n.value(ctx, b.Want, field, true), There: n.value(ctx, b.Got, field, true),
			Remarks: remarksOn(b, desk.KindTicket, b.Source.ID, field),
		}
		own := row.Source+row.Mapped == "" && compare.OfItsOwn(field)
		if row.Source+row.Mapped+row.There != "" && !own || len(row.Remarks) > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

// besidesCover are the findings on a ticket that are on no field of its cover; its address
// stands above.
func besidesCover(b *pipeline.Beside, rows []report.CoverRow) (out []report.Remark) {
	for _, f := range b.Findings {
		if f.Kind != desk.KindTicket || f.ID != b.Source.ID || f.Field == "url" || slices.ContainsFunc(rows, func(r report.CoverRow) bool { return r.Field == f.Field }) {
			continue
		}
		out = append(out, report.Remark{Class: string(f.Class), Field: f.Field, Detail: worded(f)})
	}
	return out
}

// ownFields are the names of those that any of the tickets has.
func ownFields(tickets ...*desk.Ticket) (out []string) {
	for _, t := range tickets {
		if t == nil {
			continue
		}
		for name := range t.Fields {
			if name = "fields." + name; !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	slices.Sort(out)
	return out
}

// value is a field of a ticket as people read it; there tells whose ids it refers by.
func (n *names) value(ctx context.Context, t *desk.Ticket, field string, there bool) string {
	if t == nil {
		return ""
	}
	ref := map[string]desk.Ref{"category": t.Category, "group": t.Group, "requester": t.Requester, "assignee": t.Assignee, "merged_into": t.MergedInto}
	at := map[string]time.Time{"created": t.Created, "due": t.Due, "solved": t.Solved, "closed": t.Closed}
	word := map[string]string{
		"subject": t.Subject, "status": string(t.Status), "priority": string(t.Priority), "type": t.Type, "channel": t.Channel, "number": t.Number,
	}
	custom, isCustom := strings.CutPrefix(field, "fields.")
	switch {
	case isCustom:
		return customValue(t.Fields[custom])
	case field == "participants":
		var all []string
		for _, p := range t.Participants {
			all = append(all, n.of(ctx, p, there))
		}
		slices.Sort(all)
		return strings.Join(all, "\n")
	case field == "tags":
		return strings.Join(slices.Sorted(slices.Values(t.Tags)), ", ")
	case field == "rating" && t.Rating != nil:
		return strings.TrimSpace(t.Rating.Score + "\n" + t.Rating.Comment)
	case !ref[field].IsZero():
		return n.of(ctx, ref[field], there)
	case !at[field].IsZero():
		return moment(at[field])
	}
	return word[field]
}

// moment is a time of a record, the same on both sides.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

// customValue is the value of a custom field.
func customValue(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

// remarksOn are the findings on a thing, or on a field of it.
func remarksOn(b *pipeline.Beside, kind desk.Kind, id desk.ID, field string) (out []report.Remark) {
	for _, f := range b.Findings {
		if f.Kind == kind && f.ID == id && f.Field == field {
			out = append(out, report.Remark{Class: string(f.Class), Detail: worded(f)})
		}
	}
	return out
}
