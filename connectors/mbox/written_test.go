package mbox

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

// What is written is what our own source reads, ids included.
func TestOurSourceReadsWhatWasWritten(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "out.mbox")
	if err := updated(t, path, new(conntest.State)).Close(); err != nil {
		t.Fatal(err)
	}
	e := envWith(new(conntest.State))
	e.Temp = t.TempDir()
	c := Spec().Config().(*Config)
	c.Path = path
	source, err := Spec().Source(ctx, c, e)
	if err != nil {
		t.Fatal(err)
	}
	var got []*desk.Ticket
	for item, err := range source.Read(ctx, desk.KindTicket, "") {
		if err != nil {
			t.Fatal(err)
		}
		if item.Aside != nil {
			t.Errorf("aside: %+v", item.Aside)
			continue
		}
		got = append(got, item.Record.(*desk.Ticket))
	}
	slices.SortFunc(got, func(a, b *desk.Ticket) int { return strings.Compare(string(a.ID), string(b.ID)) })
	want := []*desk.Ticket{ticket(0), ticket(1), ticket(2)}
	want[1].Subject = "d"
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(desk.File{}, "Open"),
		cmpopts.IgnoreFields(desk.Meta{}, "Version", "Updated")); diff != "" {
		t.Errorf("not as written (-written +read):\n%s", diff)
	}
}
