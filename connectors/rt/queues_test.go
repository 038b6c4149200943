package rt

import (
	"log/slog"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// RT's own queue of approvals is a category only where approvals are asked for.
func TestQueueOfApprovals(t *testing.T) {
	for query, want := range map[string][]string{
		"":                                     {"General"},
		"id > 5":                               {"General"},
		"Type = 'ticket' OR Type = 'approval'": {"General", "___Approvals"},
	} {
		d := targetAt(t, rttest.New(), nil)
		d.config.Query = query
		src, err := newSource(d.config, connectors.Env{HTTP: http.DefaultClient, Log: slog.New(slog.DiscardHandler), Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, r := range kinds(t, src, desk.KindCategory) {
			names = append(names, r.(*desk.Category).Name)
		}
		if slices.Sort(names); !slices.Equal(names, want) {
			t.Errorf("query %q: %q, want %q", query, names, want)
		}
	}
}
