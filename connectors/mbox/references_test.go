package mbox

import (
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/desk"
)

// Whatever a ticket refers to is a record that the source yields, and fetches.
func TestReferencesLeadToRecords(t *testing.T) {
	t.Run("the sender in copy", func(t *testing.T) {
		mail := "From j@example.test Mon Jun  3 10:00:00 2019\nMessage-ID: <1@example.test>\nDate: Mon, 3 Jun 2019 10:00:00 +0000\n" +
			"Sender: desk@example.test\nFrom: Jo <j@example.test>\nReply-To: boss@example.test\nTo: boss@example.test\nCc: Desk <desk@example.test>\nSubject: Pump\n\nText.\n"
		referencesLead(t, write(t, filepath.Join(t.TempDir(), "a.mbox"), mail))
	})
	for _, path := range []string{"linux-mips-2001/linux-mips-2001.mbox", "usrp-2019/usrp-2019.mbox", "pipermail-2015"} {
		t.Run(path, func(t *testing.T) { referencesLead(t, shared(t, path)) })
	}
}

func referencesLead(t *testing.T, path string) {
	t.Helper()
	src, err := newRig(t, path).source()
	if err != nil {
		t.Fatal(err)
	}
	there := map[desk.Ref]bool{}
	var all []desk.Record
	for _, kind := range desk.Kinds {
		for it, err := range src.Read(t.Context(), kind, "") {
			if err != nil {
				t.Fatal(err)
			}
			if it.Record != nil {
				there[desk.To(kind, it.Record.About().ID)] = true
				all = append(all, it.Record)
			}
		}
	}
	for _, rec := range all {
		for _, ref := range desk.Refs(rec) {
			if ref.IsZero() {
				continue
			}
			if !there[*ref] {
				t.Errorf("%s %s refers to %s %s, which is not yielded", rec.Kind(), rec.About().ID, ref.Kind, ref.ID)
			}
			if _, err := src.(connectors.Fetcher).Fetch(t.Context(), ref.Kind, ref.ID); err != nil {
				t.Errorf("%s %s: %v", rec.Kind(), rec.About().ID, err)
			}
		}
	}
}
