package rt

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rest"
	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// talk opens a ticket as people do, with an image, and answers it with what the address
// of that image is put into.
func talk(t *testing.T, d *Target, answer func(image string) string) desk.ID {
	t.Helper()
	post := func(path string, body map[string]any, out any) {
		if _, err := d.client.JSON(t.Context(), rest.Call{Method: http.MethodPost, Path: path, JSON: body}, out); err != nil {
			t.Fatal(err)
		}
	}
	image := []map[string]any{{"FileName": "shot.png", "FileType": "image/png", "FileContent": "UE5H"}}
	var made link
	post("ticket", map[string]any{"Queue": "General", "Subject": "image", "Content": "look", "ContentType": "text/plain", "Attachments": image}, &made)
	h, err := d.tales(t.Context(), made.ID)
	if err != nil {
		t.Fatal(err)
	}
	for transaction, parts := range h.parts {
		for _, a := range parts {
			if a.Filename == "shot.png" {
				content := answer(fmt.Sprintf("/Ticket/Attachment/%s/%s", transaction, a.ID))
				post("ticket/"+string(made.ID)+"/correspond", map[string]any{"ContentType": "text/html", "Content": content}, nil)
			}
		}
	}
	return desk.ID(made.ID)
}

// An image that a text shows by its address in RT comes with the text, whichever
// message of the ticket has it; what the ticket does not have is named by a whole address.
func TestImagesShownByAddress(t *testing.T) {
	d := targetAt(t, rttest.New(), nil)
	id := talk(t, d, func(image string) string {
		return `<p>so: <img alt="x" src="` + image + `"><IMG src='` + image + `/shot.png'/><img src="` + d.config.URL + image + `/a%20b.png?x=1&amp;y=2">` +
			`<img src="/Ticket/Attachment/98765/98766/gone.png"><a href="` + image + `">file</a><img src="https://elsewhere.test` + image + `"></p>`
	})
	rec, err := d.Source.Fetch(t.Context(), desk.KindTicket, id)
	if err != nil {
		t.Fatal(err)
	}
	messages := rec.(*desk.Ticket).Messages
	m := messages[len(messages)-1]
	if len(m.Files) != 1 || m.Files[0].Name != "shot.png" || m.Files[0].CID == "" || !m.Files[0].Inline || m.Files[0].ID == messages[0].Files[0].ID {
		t.Fatalf("its files are %+v", m.Files)
	}
	r, err := m.Files[0].Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r); string(b) != "PNG" || err != nil {
		t.Errorf("the image is %q, %v", b, err)
	}
	got := regexp.MustCompile(`(?:src|href)=["']([^"']*)`).FindAllStringSubmatch(m.HTML, -1)
	cid, link := "cid:"+m.Files[0].CID, d.config.URL+"/Ticket/Attachment/"
	want := []string{cid, cid, cid, link + "98765/98766/gone.png", link, "https://elsewhere.test/Ticket/Attachment/"}
	for i, w := range want {
		if i >= len(got) || i < 4 && got[i][1] != w || !strings.HasPrefix(got[i][1], w) {
			t.Errorf("address %d should be %q: %s", i, w, m.HTML)
		}
	}
}

// An image that stands beside the text of its own message becomes one of the text, and
// is not there twice.
func TestImageOfOwnMessage(t *testing.T) {
	src := &Source{config: &Config{URL: "https://desk.test/rt/"}}
	h := &tales{parts: map[text][]attachmentShape{"7": {{ID: "8", ContentType: "text/html"}, {ID: "9", Filename: "a.png", ContentType: "image/png"}}}}
	m := desk.Message{ID: "7", HTML: `<img src="/rt/Ticket/Attachment/7/9/a.png"><img src="/rt/Ticket/Attachment/7/8">`, Files: []desk.File{src.file(h.parts["7"][1], "image/png")}}
	src.shown(h, &m)
	want := `<img src="cid:attachment-9@rt"><img src="https://desk.test/rt/Ticket/Attachment/7/8">`
	if m.HTML != want || len(m.Files) != 1 || m.Files[0].CID != "attachment-9@rt" || !m.Files[0].Inline || m.Files[0].ID != "9" {
		t.Errorf("%s, %+v", m.HTML, m.Files)
	}
}
