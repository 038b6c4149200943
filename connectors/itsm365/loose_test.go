package itsm365

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/itsm365/itsm365test"
	"github.com/deskhaul/deskhaul/desk"
)

// Files that an attempt left which was broken off are taken, and none hangs there twice. One
// of the same name with other bytes is somebody's own.
func TestFilesLeft(t *testing.T) {
	s, c := installation()
	d := targetOf(t, s, c)
	ticket := asks(t, d)
	got, err := d.Create(t.Context(), ticket)
	if err != nil {
		t.Fatal(err)
	}
	m := &desk.Message{ID: "n", Mark: aMark + "n", At: morning, Text: "вот", Files: []desk.File{conntest.Bytes("b.txt", "text/plain", []byte("ours")), conntest.Bytes("c.txt", "text/plain", []byte("c"))}}
	own := s.AddFile(string(got.ID), "b.txt", "text/plain", []byte("theirs"))
	broken := false
	s.Fault = func(r *http.Request) (f itsm365test.Fault) {
		if strings.Contains(r.URL.Path, "create-m2m/comment") && !broken {
			broken = true
			f.Status = http.StatusBadGateway
		}
		return f
	}
	if _, err := d.Append(t.Context(), got.ID, m); !errors.Is(err, connectors.ErrUnsure) {
		t.Error(err)
	}
	if _, err := d.Append(t.Context(), got.ID, m); err != nil {
		t.Fatal(err)
	}
	if n := len(s.Objects("file")); n != 4 { // a.txt, theirs, and our two
		t.Errorf("%d files hang there", n)
	}
	back, err := d.Fetch(t.Context(), desk.KindTicket, got.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, said := range back.(*desk.Ticket).Messages {
		if said.Mark == m.Mark {
			if len(said.Files) != 2 || said.Files[0].ID == desk.ID(own) || string(conntest.BytesOf(t, said.Files[0])) != "ours" {
				t.Errorf("%+v", said.Files)
			}
		}
	}
}

// The files of a message that is refused come off its ticket again, also those of an attempt
// before; what somebody else hung there of the same name and bytes stays.
func TestRefusedMessageLeavesNoFiles(t *testing.T) {
	s, c := installation()
	d := targetOf(t, s, c)
	got, err := d.Create(t.Context(), asks(t, d))
	if err != nil {
		t.Fatal(err)
	}
	own := s.AddFile(string(got.ID), "b.txt", "text/plain", []byte("b"))
	m := &desk.Message{ID: "n", Mark: aMark + "n", At: morning, Text: "вот", Files: []desk.File{conntest.Bytes("b.txt", "text/plain", []byte("b")), conntest.Bytes("c.txt", "text/plain", []byte("c")), conntest.Bytes("c.txt", "text/plain", []byte("c"))}} // one twice
	refuses := false
	s.Fault = func(r *http.Request) (f itsm365test.Fault) {
		switch {
		case !strings.Contains(r.URL.Path, "create-m2m/comment"):
		case refuses:
			f.Status, f.Body = http.StatusInternalServerError, "Недопустимое значение"
		default:
			f.Status = http.StatusBadGateway
		}
		return f
	}
	if _, err := d.Append(t.Context(), got.ID, m); !errors.Is(err, connectors.ErrUnsure) {
		t.Error(err)
	}
	refuses = true
	if _, err := d.Append(t.Context(), got.ID, m); !errors.Is(err, connectors.ErrRefused) {
		t.Error(err)
	}
	var left []string
	for _, f := range s.Objects("file") {
		left = append(left, f.ID)
	}
	if !slices.Contains(left, own) || len(left) != 2 { // a.txt is the other
		t.Errorf("%v hang there, of others is %s", left, own)
	}
}

// A message whose taking out is broken off is gone, and brought again it has its file once.
func TestTakenOutByHalves(t *testing.T) {
	s, c := installation()
	d := targetOf(t, s, c)
	got, err := d.Create(t.Context(), asks(t, d))
	if err != nil {
		t.Fatal(err)
	}
	m := &desk.Message{ID: "n", Mark: aMark + "n", At: morning, Text: "вот", Files: []desk.File{conntest.Bytes("b.txt", "text/plain", []byte("b"))}}
	made, err := d.Append(t.Context(), got.ID, m)
	if err != nil {
		t.Fatal(err)
	}
	s.Fault = func(r *http.Request) (f itsm365test.Fault) {
		if strings.Contains(r.URL.Path, "delete/file") {
			f.Status = http.StatusUnauthorized
		}
		return f
	}
	if err := d.DeleteMessage(t.Context(), got.ID, made.ID); err == nil || !strings.Contains(err.Error(), "hangs on ticket "+string(got.ID)) {
		t.Error(err)
	}
	if _, err := d.Append(t.Context(), got.ID, m); err != nil {
		t.Fatal(err)
	}
	back, err := d.Fetch(t.Context(), desk.KindTicket, got.ID)
	if err != nil {
		t.Fatal(err)
	}
	if said := back.(*desk.Ticket).Messages; len(said) != 2 || len(said[1].Files) != 1 || string(conntest.BytesOf(t, said[1].Files[0])) != "b" {
		t.Errorf("%+v", said)
	}
	if n := len(s.Objects("file")); n != 2 { // a.txt, and b.txt
		t.Errorf("%d files hang there", n)
	}
}
