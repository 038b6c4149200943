//go:build integration

package rt

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// An image that stands in what people write at work is read: RT 5 leaves it where it
// is, RT 6 makes a file of it that the HTML names by its Content-ID.
func TestImagesOfRealServer(t *testing.T) {
	s := rttest.StartReal(t)
	id := s.Do("POST", "ticket", object{"Queue": "General", "Subject": "image", "Requestor": "bob@kunde.test", "Content": "look"})
	s.Do("POST", "ticket/"+id+"/correspond", object{"ContentType": "text/html", "Content": `<p>so: <img src="data:image/png;base64,iVBORw0KGgo="></p>`})
	tickets, _ := read(t, sourceOf(t, s), desk.KindTicket, "")
	m := tickets[desk.ID(id)].(*desk.Ticket).Messages[1]
	if strings.Contains(m.HTML, `src="data:image/png;base64,iVBORw0KGgo="`) && len(m.Files) == 0 {
		return
	}
	if len(m.Files) != 1 || !m.Files[0].Inline || m.Files[0].CID == "" || !strings.Contains(m.HTML, `src="cid:`+m.Files[0].CID+`"`) {
		t.Fatalf("%q, %+v", m.HTML, m.Files)
	}
	r, err := m.Files[0].Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r); err != nil || string(b) != "\x89PNG\r\n\x1a\n" {
		t.Errorf("the image's bytes are %x, %v", b, err)
	}
}

// An image that a text shows by its address in RT, as quoted texts do, comes with the
// text from a real server. (RT 6 makes a copy of it when the text is written.)
func TestImagesShownByRealServer(t *testing.T) {
	s := rttest.StartReal(t)
	image := []object{{"FileName": "shot.png", "FileType": "image/png", "FileContent": "iVBORw0KGgo="}}
	id := s.Do("POST", "ticket", object{"Queue": "General", "Subject": "image", "Requestor": "bob@kunde.test", "Content": "look", "Attachments": image})
	src := sourceOf(t, s)
	tickets, _ := read(t, src, desk.KindTicket, "")
	first := tickets[desk.ID(id)].(*desk.Ticket).Messages[0]
	s.Do("POST", "ticket/"+id+"/correspond", object{"ContentType": "text/html", "Content": fmt.Sprintf(`<p>so: <img src="/Ticket/Attachment/%s/%s/shot.png" /></p>`, first.ID, first.Files[0].ID)})
	tickets, _ = read(t, src, desk.KindTicket, "")
	m := tickets[desk.ID(id)].(*desk.Ticket).Messages[1]
	if len(m.Files) != 1 || !m.Files[0].Inline || !strings.Contains(m.HTML, `src="cid:`+m.Files[0].CID+`"`) {
		t.Fatalf("%q, %+v", m.HTML, m.Files)
	}
	r, err := m.Files[0].Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r); err != nil || string(b) != "\x89PNG\r\n\x1a\n" {
		t.Errorf("the image's bytes are %x, %v", b, err)
	}
}
