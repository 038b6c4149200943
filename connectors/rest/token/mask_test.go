package token_test

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest/token"
)

// However a server repeats a secret, what is left of it is too little to be used: the rim
// of a group of base64 at most.
func TestMasking(t *testing.T) {
	const secret = `s3"cr\3t/<tökén>&?x`
	mask := token.Masking([]connectors.Secret{"s3", secret, ""})
	marshalled, err := json.Marshal(secret)
	if err != nil {
		t.Fatal(err)
	}
	said := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret), string(marshalled[1 : len(marshalled)-1]),
		`s3\"cr\\3t/<tökén>&?x`, `s3\"cr\\3t\/<t\u00f6k\u00e9n>&?x`, `s3\"cr\\3t\/<tökén>&?x`,
	}
	for _, form := range said {
		if got := mask.Replace("[" + form + "]"); got != "[…]" {
			t.Errorf("%s: %s", form, got)
		}
	}
	for _, around := range [][2]string{{"", ""}, {"a:", ""}, {"an:", ""}, {"ann:", ""}, {"ann/token:", ":X"}, {"\x00ann\x00", ""}, {"", ":X"}} {
		for _, e := range []*base64.Encoding{base64.StdEncoding, base64.RawURLEncoding} {
			got := mask.Replace(e.EncodeToString([]byte(around[0] + secret + around[1])))
			before, after, found := strings.Cut(got, "…")
			if most := base64.StdEncoding.EncodedLen(len(around[0])); !found || len(before) > most || len(after) > 8 {
				t.Errorf("%q: %s", around, got)
			}
		}
	}
	if got := mask.Replace("nothing of that sort"); got != "nothing of that sort" {
		t.Error(got)
	}
}
