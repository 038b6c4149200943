package maildir

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
	"github.com/deskhaul/deskhaul/connectors/mail/stamp"

	"github.com/deskhaul/deskhaul/desk"
)

var begin = time.Date(2024, 5, 1, 8, 0, 0, 0, time.UTC)

func open(t *testing.T, root string, state *conntest.State, dry bool) *compose.Scribe {
	t.Helper()
	target, err := openTarget(context.Background(), &Config{Path: root}, connectors.Env{
		Log: slog.New(slog.DiscardHandler), State: state, Now: func() time.Time { return begin }, Name: "test", DryRun: dry,
	})
	if err != nil {
		t.Fatal(err)
	}
	return target.(*compose.Scribe)
}

func ticket(category desk.ID) *desk.Ticket {
	k := &desk.Ticket{Meta: desk.Meta{ID: "t", Mark: "mark-t", Created: begin}, Subject: "Заказ", Status: desk.StatusOpen}
	k.Category = desk.Ref{Kind: desk.KindCategory, ID: category, Target: category}
	for i := range 3 {
		k.Messages = append(k.Messages, desk.Message{
			ID: desk.ID(fmt.Sprint(i)), Mark: fmt.Sprint("mark-", i), From: desk.Address{Email: "ann@example.com"},
			At: begin.Add(time.Duration(i) * time.Hour), Text: "hello\n",
		})
	}
	return k
}

// files lists the mails by folder.
func files(t *testing.T, root string) map[string]int {
	t.Helper()
	count := map[string]int{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.Contains(d.Name(), ".deskhaul:2,") {
			folder, err := filepath.Rel(root, filepath.Dir(path))
			count[filepath.ToSlash(folder)]++
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return count
}

func write(t *testing.T, s *compose.Scribe, rs ...desk.Record) {
	t.Helper()
	for _, r := range rs {
		if _, err := s.Create(context.Background(), r); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Sync(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func category(id desk.ID, name string, parent desk.ID) *desk.Category {
	return &desk.Category{
		Meta: desk.Meta{ID: id, Mark: "mark-" + string(id)}, Name: name,
		Parent: desk.Ref{Kind: desk.KindCategory, ID: parent, Target: parent},
	}
}

// Writing again, with or without memory of the first time, changes nothing.
func TestWritingAgainReplaces(t *testing.T) {
	root := filepath.Join(t.TempDir(), "box")
	state := new(conntest.State)
	want := map[string]int{".Sales.North &BB0EPgQyBD4ENQ-/cur": 3, ".deskhaul/cur": 2}
	for _, state := range []*conntest.State{state, state, new(conntest.State)} {
		s := open(t, root, state, false)
		write(t, s, category("c1", "Sales", ""), category("c2", "North Новое", "c1"), ticket("c2"))
		if diff := cmp.Diff(want, files(t, root)); diff != "" {
			t.Errorf("folders (-want +got):\n%s", diff)
		}
		got, err := s.Fetch(context.Background(), desk.KindTicket, "t")
		if err != nil || len(got.(*desk.Ticket).Messages) != 3 {
			t.Errorf("fetch: %v %v", got, err)
		}
	}
	for _, sub := range []string{"cur", "new", "tmp", "maildirfolder"} {
		if _, err := os.Stat(filepath.Join(root, ".Sales.North &BB0EPgQyBD4ENQ-", sub)); err != nil {
			t.Error(err)
		}
	}
}

// A ticket that changes its category takes its mails along, also where a mail
// program has set flags meanwhile.
func TestACategoryIsAFolder(t *testing.T) {
	ctx := context.Background()
	root := filepath.Join(t.TempDir(), "box [1]")
	s := open(t, root, new(conntest.State), false)
	write(t, s, category("a", "A", ""), category("b", "B", ""), ticket("a"))
	names, err := os.ReadDir(filepath.Join(root, ".A", "cur"))
	if err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(root, ".A", "cur", names[0].Name())
	if err := os.Rename(old, strings.Replace(old, ":2,S", ":2,FS", 1)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Update(ctx, "t", ticket("b"), []string{"category"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Append(ctx, "t", &desk.Message{ID: "9", Mark: "mark-9", At: begin.Add(9 * time.Hour), Text: "more\n"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{".B/cur": 4, ".deskhaul/cur": 2}, files(t, root)); diff != "" {
		t.Errorf("folders (-want +got):\n%s", diff)
	}
	got, err := s.Fetch(ctx, desk.KindTicket, "t")
	if err != nil {
		t.Fatal(err)
	}
	var ids []desk.ID
	for _, m := range got.(*desk.Ticket).Messages {
		ids = append(ids, m.ID)
	}
	if got.(*desk.Ticket).Category.ID != "b" || !slices.Equal(ids, []desk.ID{"0", "1", "2", "9"}) {
		t.Errorf("category %v, messages %v", got.(*desk.Ticket).Category, ids)
	}
}

// Hostile names stay inside.
func TestFolderNames(t *testing.T) {
	for want, path := range map[string][]string{
		"":                     nil,
		".Sales":               {"Sales"},
		".A.B":                 {"A", "B"},
		".__.___":              {"..", "../"},
		".a_b":                 {"a.b"},
		".&- R":                {"& R"},
		".deskhaul_":           {"deskhaul"},
		".&Jjo-":               {"☺"},
		".&U,BTFw-.&ZeVnLIqe-": {"台北", "日本語"},
	} {
		if got := folderName(path); got != want {
			t.Errorf("folderName(%q) = %q, want %q", path, got, want)
		}
	}
	deep := slices.Repeat([]string{strings.Repeat("ж", 40)}, 20)
	if got := folderName(deep); len(got) > 255 {
		t.Errorf("%d bytes", len(got))
	}
}

// Our mark stands beside mail of ours only; a dry run makes nothing.
func TestTheMarkerAndDryRuns(t *testing.T) {
	dir := t.TempDir()
	ours, theirs, dry := filepath.Join(dir, "ours"), filepath.Join(dir, "theirs"), filepath.Join(dir, "dry")
	if err := os.MkdirAll(filepath.Join(theirs, "new"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(theirs, "new", "1.x"), []byte("Subject: x\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	write(t, open(t, ours, new(conntest.State), false), ticket(""))
	write(t, open(t, theirs, new(conntest.State), false), ticket(""))
	if _, err := os.Stat(filepath.Join(ours, stamp.MailboxFile)); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(theirs, stamp.MailboxFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("somebody's mailbox is marked as ours: %v", err)
	}
	if _, err := open(t, dry, new(conntest.State), true).Create(context.Background(), ticket("")); !errors.Is(err, connectors.ErrUnsupported) {
		t.Errorf("dry run: %v", err)
	}
	if _, err := os.Stat(dry); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a dry run made %s", dry)
	}
}

// A folder that was written to and is gone, or was emptied, is refused: the ledger
// would take all that was in it for moved.
func TestAFolderThatIsGone(t *testing.T) {
	root, state := filepath.Join(t.TempDir(), "out"), new(conntest.State)
	env := connectors.Env{Log: slog.New(slog.DiscardHandler), State: state, Now: func() time.Time { return begin }, Name: "test"}
	s := open(t, root, state, false)
	if _, err := s.Create(t.Context(), ticket("")); err != nil {
		t.Fatal(err)
	}
	if err := s.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := openTarget(t.Context(), &Config{Path: root}, env); err != nil {
		t.Fatalf("the folder is there: %v", err)
	}
	for _, how := range []string{"gone", "emptied"} {
		if err := os.RemoveAll(root); err != nil {
			t.Fatal(err)
		}
		if how == "emptied" {
			if err := os.MkdirAll(filepath.Join(root, "cur"), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := openTarget(t.Context(), &Config{Path: root}, env); !errors.Is(err, connectors.ErrDenied) {
			t.Errorf("%s: %v", how, err)
		}
	}
}
