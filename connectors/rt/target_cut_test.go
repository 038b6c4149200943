package rt

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// withFile is a ticket with a file of so many bytes.
func withFile(id string, size int) *desk.Ticket {
	r := ticketOf(id, "see "+id)
	r.Messages[0].Files = []desk.File{conntest.Bytes("log.bin", "application/octet-stream", bytes.Repeat([]byte("x"), size))}
	return r
}

// RT that cuts large files, or drops them, says that it has them whole: its history tells.
// A run stops there, in a new ticket as in an answer.
func TestLargeFileThatIsCut(t *testing.T) {
	for _, drops := range []bool{false, true} {
		s := rttest.New()
		s.MaxFile, s.Drops = 1000, drops
		d := targetAt(t, s, nil)
		for size, cut := range map[int]bool{1000: false, 1001: true} {
			_, err := d.Create(t.Context(), withFile("first", size))
			if bad := errors.Is(err, connectors.ErrDenied) && strings.Contains(err.Error(), "max_file: 1000"); bad != cut || !cut && err != nil {
				t.Errorf("drops %t, new ticket, %d bytes: %v", drops, size, err)
			}
			id := create(t, d, ticketOf("bare", "hello"))
			_, err = d.Append(t.Context(), id, &withFile("late", size).Messages[0])
			if bad := errors.Is(err, connectors.ErrDenied) && strings.Contains(err.Error(), "max_file: 1000"); bad != cut || !cut && err != nil {
				t.Errorf("drops %t, answer, %d bytes: %v", drops, size, err)
			}
		}
	}
	_, writes := (&Config{MaxFile: 1000}).Caps(connectors.Caps{}, Spec().Writes)
	if writes.MaxFile != 1000 {
		t.Errorf("it promises to keep %d bytes", writes.MaxFile)
	}
}

// A file with a NUL is cut earlier than others where RT writes it in base64: that others of
// its size were kept whole says nothing of it.
func TestFileWithNULThatIsCut(t *testing.T) {
	s := rttest.New()
	s.MaxFile = 1000
	d := targetAt(t, s, nil)
	create(t, d, withFile("large", 1000))
	r := withFile("binary", 0)
	r.Messages[0].Files = []desk.File{conntest.Bytes("log.bin", "application/octet-stream", make([]byte, 800))}
	if _, err := d.Create(t.Context(), r); !errors.Is(err, connectors.ErrDenied) || !strings.Contains(err.Error(), "max_file: 750") {
		t.Errorf("it is cut, and the receipt says %v", err)
	}
}

// RT cuts a long text as it does a file: a run stops there too.
func TestLongTextThatIsCut(t *testing.T) {
	for _, drops := range []bool{false, true} {
		s := rttest.New()
		s.MaxFile, s.Drops = 100_000, drops
		d := targetAt(t, s, nil)
		for size, cut := range map[int]bool{90_000: false, 110_000: true} {
			r := ticketOf("long", "")
			r.Messages[0].Text = strings.Repeat("text\n", size/5)
			id := create(t, d, ticketOf("bare", "hello"))
			for name, write := range map[string]func() (connectors.Receipt, error){
				"new ticket": func() (connectors.Receipt, error) { return d.Create(t.Context(), r) },
				"answer":     func() (connectors.Receipt, error) { return d.Append(t.Context(), id, &r.Messages[0]) },
			} {
				_, err := write()
				if bad := errors.Is(err, connectors.ErrDenied) && strings.Contains(err.Error(), "no more than 100000"); bad != cut || !cut && err != nil {
					t.Errorf("drops %t, %s, %d bytes: %v", drops, name, size, err)
				}
			}
		}
	}
}
