package imap

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
)

// A message whose labels are not told, or go on without end, is set aside with a
// reason; the others come.
func TestGmailMessageWithoutLabels(t *testing.T) {
	for name, labels := range map[string]string{
		"not told": "", "without end": `X-GM-LABELS ("` + strings.Repeat("x", mostGmail) + `") `,
	} {
		p := newPool(1, slog.New(slog.DiscardHandler), func(context.Context) (*session, error) {
			r := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // nothing is secret
			s := overGmail(t, scripted(t, r, 1<<20, func(tag, command string) string {
				words := strings.Fields(command)
				if words[0] != "UID" {
					return "* OK [UIDVALIDITY 7] x\r\n" + tag + " OK [READ-ONLY] done\r\n"
				}
				var b strings.Builder
				for uid := range 5 {
					if set := words[2]; !slices.Contains(strings.Split(set, ","), fmt.Sprint(uid)) && set != "1:4" && (set != "1:2" || uid >= 3) && (set != "3:4" || uid <= 2) {
						continue
					}
					told := "X-GM-LABELS (a) "
					if uid == 3 {
						told = labels
					}
					if uid > 0 {
						fmt.Fprintf(&b, "* %d FETCH (%sUID %d BODY[] {2}\r\nhi)\r\n", uid, told, uid)
					}
				}
				return b.String() + tag + " OK done\r\n"
			}))
			return s, nil
		})
		p.rest = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
		var came, bad []imap.UID
		o := &order{
			folder: "INBOX", validity: 7, want: want{body: true}, gone: func(uid imap.UID) { t.Errorf("%s: %d is gone", name, uid) },
			take: func(f *fetched) error { came = append(came, f.uid); return nil },
			bad:  func(uid imap.UID, err error) { bad = append(bad, uid); checkReason(t, err) },
		}
		g := &getter{pool: p, temp: t.TempDir()}
		if err := g.get(t.Context(), o, []imap.UID{1, 2, 3, 4}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		slices.Sort(came)
		if !slices.Equal(came, []imap.UID{1, 2, 4}) || !slices.Equal(bad, []imap.UID{3}) {
			t.Errorf("%s: came %v, bad %v", name, came, bad)
		}
		p.close()
	}
}

func checkReason(t *testing.T, err error) {
	t.Helper()
	var passes *passing
	if !errors.As(err, &passes) || !strings.Contains(err.Error(), "labels") {
		t.Errorf("the reason is %v", err)
	}
}
