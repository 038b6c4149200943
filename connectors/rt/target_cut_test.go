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
