package imap

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	goimap "github.com/emersion/go-imap/v2"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/mail/compose"
)

// A category is a folder; nothing goes where the server throws mail away, and no name
// leaves its place.
func TestFolderOfACategory(t *testing.T) {
	for _, c := range []struct {
		slip          compose.Slip
		into          string
		delim, prefix string
		want          string
	}{
		{compose.Slip{}, "", "/", "", "INBOX"},
		{compose.Slip{}, "", ".", "INBOX.", "INBOX"},
		{compose.Slip{Folder: []string{"inbox"}}, "", "/", "", "INBOX"},
		{compose.Slip{Folder: []string{"Sales"}}, "", "/", "", "Sales"},
		{compose.Slip{Folder: []string{"Sales", "North"}}, "", ".", "INBOX.", "INBOX.Sales.North"},
		{compose.Slip{Folder: []string{"inbox", "VIP"}}, "", "/", "", "INBOX/VIP"},
		{compose.Slip{Folder: []string{"Продажи", "日本語"}}, "", "/", "", "Продажи/日本語"},
		{compose.Slip{Folder: []string{"a.b", "c/d*%"}}, "", ".", "", "a_b.c_d__"},
		{compose.Slip{Folder: []string{"Spam"}}, "", "/", "", "Spam_"},
		{compose.Slip{Folder: []string{"Корзина"}}, "", "/", "", "Корзина_"},
		{compose.Slip{Folder: []string{"Deskhaul"}}, "", "/", "", "Deskhaul_"},
		{compose.Slip{Record: true}, "", "/", "", "deskhaul"},
		{compose.Slip{Record: true}, "", ".", "INBOX.", "INBOX.deskhaul"},
		{compose.Slip{Folder: []string{"Sales"}}, "Archive/Helpdesk", "/", "", "Archive/Helpdesk/Sales"},
		{compose.Slip{}, "Archive", "/", "", "Archive"},
		{compose.Slip{Folder: []string{"..", ""}}, "", "/", "", "_/_"},
	} {
		sh := &shelf{config: &Config{Into: c.into}, delim: c.delim, prefix: c.prefix}
		if got := sh.folderOf(c.slip); got != c.want {
			t.Errorf("%+v into %q by %q: %q, want %q", c.slip, c.into, c.delim, got, c.want)
		}
	}
}

// What a server says to a mail that it does not take is an end of the run or of that
// mail.
func TestRefusedMail(t *testing.T) {
	sh := &shelf{config: &Config{}}
	for code, want := range map[goimap.ResponseCode]struct {
		is   error
		says string
	}{
		goimap.ResponseCodeOverQuota: {connectors.ErrDenied, "make room"},
		goimap.ResponseCodeTooBig:    {connectors.ErrRefused, "of 7 bytes"},
		goimap.ResponseCodeNoPerm:    {connectors.ErrDenied, "folder Sales"},
		"":                           {connectors.ErrRefused, "does not take the mail: words"},
	} {
		err := sh.refused("Sales", &blob{size: 7}, &goimap.Error{Type: "NO", Code: code, Text: "words"})
		if !errors.Is(err, want.is) || !strings.Contains(err.Error(), want.says) {
			t.Errorf("%q: %v", code, err)
		}
	}
}

// A shelf gives back what was put, of any size, moves it and takes it back.
func TestShelf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := inPipes(t, &storm{rng: rand.New(rand.NewPCG(1, 1)), calm: true}, nil, "")
		sh := newShelf(c, newPool(2, slog.New(slog.DiscardHandler), c.dialer(connectors.Env{})), connectors.Env{Temp: t.TempDir()})
		defer func() { _ = sh.Close() }()
		ctx, at := t.Context(), time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
		for _, size := range []int{0, 10, writtenInMemory + 10} {
			want := append([]byte("X-Deskhaul-Seal: 1234\r\nSubject: x\r\n\r\n"), bytes.Repeat([]byte("a"), size)...)
			place, err := sh.Put(ctx, compose.Slip{At: at, Folder: []string{"Sales"}}, func(w io.Writer) error {
				_, err := w.Write(want)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			moved, err := sh.Move(ctx, place, compose.Slip{At: at, Folder: []string{"Support", "North"}})
			if err != nil || !strings.HasSuffix(moved, "Support/North") {
				t.Fatalf("moved to %q: %v", moved, err)
			}
			raw, err := sh.Open(ctx, moved)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(io.NewSectionReader(raw, 0, raw.Size()))
			if err != nil || !bytes.Equal(got, want) || raw.Close() != nil {
				t.Errorf("%d bytes: got %d, %v", size, len(got), err)
			}
			stopped, stop := context.WithCancel(ctx)
			if stop(); !sh.Holds(stopped, moved, "") {
				t.Errorf("%q is taken for gone by somebody who cannot ask", moved)
			}
			if !sh.Holds(ctx, moved, "") {
				t.Errorf("%q is not there", moved)
			}
			if err := sh.Undo(ctx, []string{moved}); err != nil {
				t.Fatal(err)
			}
			if sh.Holds(ctx, moved, "") {
				t.Errorf("%q is still there", moved)
			}
			if _, err := sh.Open(ctx, moved); !errors.Is(err, connectors.ErrNotFound) {
				t.Errorf("opened what was taken back: %v", err)
			}
		}
	})
}
