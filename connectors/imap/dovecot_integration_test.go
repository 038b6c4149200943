//go:build integration

package imap

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
	"github.com/deskhaul/deskhaul/desk"
)

// real is a rig over an account of a real Dovecot.
type real struct {
	*rig
	d *imaptest.Dovecot
	n int
	c *imapclient.Client
}

func newReal(t *testing.T, d *imaptest.Dovecot, n int, security string) *real {
	t.Helper()
	r := &real{rig: newRig(t, imaptest.Options{}), d: d, n: n, c: d.Login(n)}
	c := r.rig.c
	c.Host, c.Security, c.CA, c.Port = "127.0.0.1", security, d.CA, d.Port
	if security == "tls" {
		c.Port = d.TLSPort
	}
	user, password := d.Account(n)
	c.User, c.Password = user, connectors.Secret(password)
	c.Connections = 3
	r.pace = ordinary
	return r
}

// put puts a mail with an id into a folder.
func (r *real) put(folder, id string, flags ...imap.Flag) imap.UID {
	r.t.Helper()
	return imaptest.Append(r.t, r.c, folder, letter(id), time.Date(2019, 6, 3, 12, 0, 0, 0, time.UTC), flags...)
}

func (r *real) open(folder string) {
	r.t.Helper()
	if _, err := r.c.Select(folder, nil).Wait(); err != nil {
		r.t.Fatal(err)
	}
}

func (r *real) set(uid imap.UID, op imap.StoreFlagsOp, flags ...imap.Flag) {
	r.t.Helper()
	if err := r.c.Store(imap.UIDSetNum(uid), &imap.StoreFlags{Op: op, Silent: true, Flags: flags}, nil).Close(); err != nil {
		r.t.Fatal(err)
	}
}

func (r *real) create(folder string) {
	r.t.Helper()
	if err := r.c.Create(folder, nil).Wait(); err != nil {
		r.t.Fatal(err)
	}
}

// What people do with a mailbox on a real server while it is kept in step.
func TestDovecotInStep(t *testing.T) {
	d := imaptest.StartDovecot(t)
	for n, security := range []string{"tls", "starttls", "none"} {
		r := newReal(t, d, n+1, security)
		for _, id := range seven {
			r.put("INBOX", id)
		}
		r.must()
		r.holds(0, seven...)
		if !r.c.Caps().Has(imap.CapCondStore) {
			t.Error("this server does not count changes")
		}

		r.open("INBOX")
		r.set(1, imap.StoreFlagsAdd, "urgent", imap.FlagFlagged)
		r.must()
		if got := r.ticket("a").Tags; r.came != 1 || !slices.Equal(got, []string{"flagged", "urgent"}) {
			t.Errorf("%d came, tags %q", r.came, got)
		}
		r.set(1, imap.StoreFlagsDel, "urgent", imap.FlagFlagged)
		r.set(2, imap.StoreFlagsAdd, imap.FlagSeen)
		r.must()
		if got := r.ticket("a").Tags; r.came != 1 || len(got) != 0 {
			t.Errorf("%d came, tags %q", r.came, got)
		}

		r.create("Done")
		if _, err := r.c.Move(imap.UIDSetNum(2), "Done").Wait(); err != nil {
			t.Fatal(err)
		}
		r.set(3, imap.StoreFlagsAdd, imap.FlagDeleted)
		if _, err := r.c.Expunge().Collect(); err != nil {
			t.Fatal(err)
		}
		r.must()
		r.holds(0, seven...)
		if got := r.ticket("b").Category.ID; r.came != 1 || got != "Done" {
			t.Errorf("%d came, category %q", r.came, got)
		}

		user, _ := d.Account(n + 1)
		d.Adm("mailbox", "update", "-u", user, "--uid-validity", "77", "INBOX")
		r.c = d.Login(n + 1) // the server has thrown the other one out
		r.put("INBOX", "h")
		r.put("Sent", "i")
		r.must()
		r.holds(0, append(seven, "h", "i")...)
		if r.came != 2 {
			t.Errorf("after another validity %d tickets came, want 2", r.came)
		}
		if r.must(); r.came != 0 {
			t.Errorf("%d tickets came again", r.came)
		}
	}
}

// The validity changes while the folder is read.
func TestDovecotRenumbersWhileRead(t *testing.T) {
	d := imaptest.StartDovecot(t)
	for n, at := range []string{`^UID SEARCH`, `HEADER`, `BODY.PEEK\[\]`} {
		r := newReal(t, d, n+1, "none")
		line := imaptest.NewLine(t, "127.0.0.1:"+strconv.Itoa(d.Port))
		r.rig.c.Port = line.Port
		for _, id := range seven {
			r.put("INBOX", id)
		}
		user, _ := d.Account(n + 1)
		done := line.Do(imaptest.Fault{Command: at, Times: 1, Act: imaptest.First(func() {
			d.Adm("mailbox", "update", "-u", user, "--uid-validity", "1234567", "INBOX")
		})})
		r.must()
		r.must()
		r.holds(0, seven...)
		if done.Count() != 1 {
			t.Errorf("%s never came", at)
		}
	}
}

// The validity changes each time that the mails of a run are asked for: the next run that
// is left in peace brings them.
func TestDovecotRenumbersTwiceWhileRead(t *testing.T) {
	d := imaptest.StartDovecot(t)
	r := newReal(t, d, 1, "none")
	line := imaptest.NewLine(t, "127.0.0.1:"+strconv.Itoa(d.Port))
	r.rig.c.Port = line.Port
	for _, id := range seven {
		r.put("INBOX", id)
	}
	user, _ := d.Account(1)
	validity := 1234567
	line.Do(imaptest.Fault{Command: `BODY.PEEK\[\]`, Times: 2, Act: imaptest.First(func() {
		validity++
		d.Adm("mailbox", "update", "-u", user, "--uid-validity", strconv.Itoa(validity), "INBOX")
	})})
	r.must()
	if n := len(r.messages()) + len(r.quarantine); n != len(seven) {
		t.Errorf("%q came, and in quarantine: %s", r.messages(), r.reasons())
	}
	r.must()
	r.holds(0, seven...)
	if r.must(); r.came != 0 {
		t.Errorf("%d tickets came again", r.came)
	}
}

// A folder is deleted after its headers were read, and made again.
func TestDovecotFolderMadeAgain(t *testing.T) {
	r := newReal(t, imaptest.StartDovecot(t), 1, "none")
	fill := func() {
		r.create("Team")
		for _, id := range seven {
			r.put("Team", id)
		}
	}
	fill()
	r.stopAfter(0)
	if err := r.c.Delete("Team").Wait(); err != nil {
		t.Fatal(err)
	}
	r.must()
	r.holds(len(seven))
	fill()
	r.stopAfter(3)
	r.must()
	r.holds(0, seven...)
	if r.must(); r.came != 0 {
		t.Errorf("%d tickets came again", r.came)
	}
}

// Names that are hard on a real server.
func TestDovecotFolderNames(t *testing.T) {
	r := newReal(t, imaptest.StartDovecot(t), 1, "tls")
	names := map[string]string{
		"a": "Отправленные/2019", "b": "Entwürfe (alt)", "c": `quo"ted`, "d": `back\slash`, "e": "Tom & Co",
		"f": "100% *done*", "g": "[brackets]{7}", "h": "日本語", "i": "emoji 📬",
	}
	for id, name := range names {
		r.create(name)
		r.put(name, id)
	}
	r.must()
	for id, name := range names {
		if got := r.ticket(id).Category; got != desk.To(desk.KindCategory, desk.ID(name)) {
			t.Errorf("folder %q is category %q", name, got.ID)
		}
	}
	r.holds(0, "a", "b", "c", "d", "e", "f", "g", "h", "i")
}

// A wrong password, and a certificate that nobody knows, are one sentence each, at once.
func TestDovecotRefuses(t *testing.T) {
	r := newReal(t, imaptest.StartDovecot(t), 1, "tls")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	r.rig.c.Password = "wrong"
	if _, err := r.rig.open(ctx); err == nil || !strings.Contains(err.Error(), "does not let") {
		t.Errorf("a wrong password: %v", err)
	}
	r.rig.c.CA = ""
	if _, err := r.rig.open(ctx); err == nil || !strings.Contains(err.Error(), "name its file in ca") {
		t.Errorf("an unknown certificate: %v", err)
	}
	r.rig.c.Security, r.rig.c.Port = "starttls", r.d.Port
	if _, err := r.rig.open(ctx); err == nil || !strings.Contains(err.Error(), "name its file in ca") {
		t.Errorf("an unknown certificate after STARTTLS: %v", err)
	}
}

// Tickets without a category go into a new folder below which the records lie already.
func TestDovecotIntoANewFolder(t *testing.T) {
	r := newReal(t, imaptest.StartDovecot(t), 1, "tls")
	r.rig.c.Into = "odd"
	tg := r.target(new(conntest.State), time.Now)
	if _, err := tg.Create(t.Context(), &desk.Contact{Meta: desk.Meta{ID: "c", Mark: "mark-c"}, Name: "C", Emails: []string{"c@x.test"}}); err != nil {
		t.Fatal(err)
	}
	got, err := tg.Create(t.Context(), pair("a"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tg.Fetch(t.Context(), desk.KindTicket, got.ID); err != nil {
		t.Error(err)
	}
	r.open("odd")
}

// Mails that come at once go together into a real server's folder: each stands at the
// place that is told, once, with its date and flags.
func TestDovecotTogether(t *testing.T) {
	r := newReal(t, imaptest.StartDovecot(t), 1, "tls")
	c := r.rig.c
	sh := newShelf(c, newPool(3, slog.New(slog.DiscardHandler), c.dialer(connectors.Env{})), connectors.Env{Temp: t.TempDir()})
	defer func() { _ = sh.Close() }()
	places := make([]string, 200)
	var puts sync.WaitGroup
	for i := range places {
		puts.Go(func() {
			var err error
			places[i], err = sh.Put(t.Context(), compose.Slip{Folder: []string{"Заказы"}, At: time.Date(2001, 2, 3, 4, 5, i, 0, time.UTC), Answered: i%3 == 0, Flagged: i%5 == 0}, func(w io.Writer) error {
				_, err := io.WriteString(w, numbered(i))
				return err
			})
			if err != nil {
				t.Errorf("mail %d: %v", i, err)
			}
		})
	}
	puts.Wait()
	if !sh.several || sh.alone.Load() {
		t.Error("this server takes several mails in a command")
	}
	r.open("Заказы")
	for i, place := range places {
		_, _, uid, err := parsePlace(place)
		if err != nil {
			t.Fatal(err)
		}
		whole := &imap.FetchItemBodySection{Peek: true}
		got, err := r.c.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{Flags: true, InternalDate: true, BodySection: []*imap.FetchItemBodySection{whole}}).Collect()
		if err != nil || len(got) != 1 {
			t.Fatalf("mail %d: %d at its place, %v", i, len(got), err)
		}
		m := got[0]
		if string(m.FindBodySection(whole)) != numbered(i) || !m.InternalDate.Equal(time.Date(2001, 2, 3, 4, 5, i, 0, time.UTC)) ||
			!slices.Contains(m.Flags, imap.FlagSeen) || !isOurs(m.Flags) || slices.Contains(m.Flags, imap.FlagAnswered) != (i%3 == 0) || slices.Contains(m.Flags, imap.FlagFlagged) != (i%5 == 0) {
			t.Errorf("mail %d: %s, flags %q", i, m.InternalDate, m.Flags)
		}
	}
	if twice := doubled(t, c); len(twice) > 0 {
		t.Errorf("these stand there twice: %q", twice)
	}
}
