package table

import (
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// ownWords are what names of columns begin with to say whose they are, as in message_body.
var ownWords = map[desk.Kind][]string{
	desk.KindMessage: {"message ", "comment "}, desk.KindTicket: {"ticket ", "conversation ", "case ", "issue "}, desk.KindContact: {"contact ", "customer "},
}

// sureOwn is how much less sure a guess is by what follows such a word.
const sureOwn = 0.97

// withoutOwn is a name without such a word; "" if it begins with none.
func withoutOwn(kind desk.Kind, name string) string {
	name = plain(name)
	for _, word := range ownWords[kind] {
		if rest, begins := strings.CutPrefix(name, word); begins {
			return rest
		}
	}
	return ""
}
