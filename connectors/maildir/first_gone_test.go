package maildir

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/desk"
)

// A ticket whose first mail somebody deleted still stands in its others: they are read,
// and taken away with it. What somebody wrote over is not taken away.
func TestFirstMailIsGone(t *testing.T) {
	ctx := context.Background()
	for name, do := range map[string]func(string) error{
		"deleted":      os.Remove,
		"written over": func(path string) error { return os.WriteFile(path, []byte("Subject: mine\n\nmine\n"), 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			root := filepath.Join(t.TempDir(), "box")
			s := open(t, root, new(conntest.State), false)
			write(t, s, ticket(""))
			mails, err := filepath.Glob(filepath.Join(root, "cur", "*"))
			if err != nil || len(mails) != 3 {
				t.Fatalf("%q, %v", mails, err)
			}
			if err := do(mails[0]); err != nil { // names begin with the time
				t.Fatal(err)
			}
			back, err := s.Fetch(ctx, desk.KindTicket, "t")
			if err != nil || len(back.(*desk.Ticket).Messages) != 2 {
				t.Fatalf("%+v, %v", back, err)
			}
			err = s.Delete(ctx, desk.KindTicket, "t")
			n := files(t, root)["cur"]
			if name == "deleted" && (err != nil || n > 0) {
				t.Errorf("%d mails are left: %v", n, err)
			}
			if name == "written over" && (!errors.Is(err, connectors.ErrRefused) || n != 3) {
				t.Errorf("%d mails are left, and it said %v", n, err)
			}
		})
	}
}
