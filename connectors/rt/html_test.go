package rt

import (
	"testing"

	"github.com/deskhaul/deskhaul/connectors/rt/rttest"
	"github.com/deskhaul/deskhaul/desk"
)

// oddPage is HTML that RT 6 would write anew: a tag over two lines, an apostrophe in an
// attribute, an image in the text, and one whose address is that of a file in the source
// and of another, or somebody else's, in the target.
const oddPage = `<P
  style="font-family: 'Helvetica Neue'">x &quot;y&quot;<br/><img alt='a' src="data:image/png;base64,iVBORw0KGgo="><img src="/Ticket/Attachment/1/1"></P>`

// The HTML of a message is kept letter by letter, by RT 6 too.
func TestHTMLIsKept(t *testing.T) {
	for _, six := range []bool{false, true} {
		s := rttest.New()
		s.Six = six
		d := targetAt(t, s, nil)
		r := ticketOf("1", "first")
		r.Messages[0].HTML = oddPage
		id := create(t, d, r)
		late := ticketOf("x", "late").Messages[0]
		late.HTML = oddPage
		if _, err := d.Append(t.Context(), id, &late); err != nil {
			t.Fatal(err)
		}
		back, err := d.Fetch(t.Context(), desk.KindTicket, id)
		if err != nil {
			t.Fatal(err)
		}
		for i, m := range back.(*desk.Ticket).Messages {
			if m.HTML != oddPage || m.Text == "" {
				t.Errorf("RT 6 %v, message %d: %q, %q", six, i, m.HTML, m.Text)
			}
		}
	}
}
