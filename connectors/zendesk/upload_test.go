package zendesk

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/zendesk/zendesktest"
	"github.com/deskhaul/deskhaul/desk"
)

// Zendesk keeps an upload for an hour, and takes a comment that comes later without its
// files, saying nothing. So none is sent later: the record waits, and goes when its
// files were sent in time.
func TestUploadsThatAreTooOldAreNotUsed(t *testing.T) {
	for name, write := range map[string]func(context.Context, *Target, *desk.Ticket) (desk.ID, error){
		"import": func(ctx context.Context, d *Target, tk *desk.Ticket) (desk.ID, error) {
			got, err := d.Create(ctx, tk)
			return got.ID, err
		},
		"job": func(ctx context.Context, d *Target, tk *desk.Ticket) (desk.ID, error) {
			job, err := d.Begin(ctx, []desk.Record{tk})
			if err != nil {
				return "", err
			}
			got, errs, err := d.Await(ctx, job)
			return got[0].ID, errors.Join(append(errs, err)...)
		},
	} {
		t.Run(name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { waitsForFiles(t, write) }) })
	}
}

func waitsForFiles(t *testing.T, write func(context.Context, *Target, *desk.Ticket) (desk.ID, error)) {
	a := zendesktest.New(zendesktest.Options{})
	d := target(t, &Config{URL: "https://example.zendesk.test", Email: zendesktest.Email, Token: connectors.Secret(zendesktest.Token)}, a)
	slow := time.Hour
	file := func(name string, wait *time.Duration) desk.File {
		return desk.File{Name: name, Type: "text/plain", Size: 5, Open: func(context.Context) (io.ReadCloser, error) {
			time.Sleep(*wait)
			return io.NopCloser(bytes.NewReader([]byte("bytes"))), nil
		}}
	}
	var none time.Duration
	tk := &desk.Ticket{Subject: "x", Status: desk.StatusOpen, Messages: []desk.Message{{ID: "1", Mark: "m1", Text: "see", Files: []desk.File{file("a.txt", &none), file("b.txt", &slow)}}}}
	tk.ID, tk.Mark = "1", "t1"
	if id, err := write(t.Context(), d, tk); !errors.Is(err, connectors.ErrBusy) || a.Count("tickets") != 0 {
		t.Fatalf("ticket %q, %v, %d tickets are there; want it to be tried again", id, err, a.Count("tickets"))
	}
	slow = time.Minute
	id, err := write(t.Context(), d, tk)
	if err != nil {
		t.Fatal(err)
	}
	back, err := d.Fetch(t.Context(), desk.KindTicket, id)
	if err != nil {
		t.Fatal(err)
	}
	if files := back.(*desk.Ticket).Messages[0].Files; len(files) != 2 {
		t.Errorf("the ticket came back with %d files, want 2", len(files))
	}
}

// How long an upload is counted on goes by one clock, whatever the server's says.
func TestUploadsAtAServerWhoseClockIsBehind(t *testing.T) {
	a := zendesktest.New(zendesktest.Options{Rate: -1, Now: func() time.Time { return time.Now().Add(-2 * time.Hour) }})
	d := target(t, config(), a)
	contact, _ := peopled(t, d)
	tk := plainTicket("1", contact, "see the file")
	tk.Messages[0].Files = []desk.File{conntest.Bytes("a.txt", "text/plain", []byte("abc"))}
	if _, err := d.Create(t.Context(), tk); err != nil {
		t.Error(err)
	}
}
