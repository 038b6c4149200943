package token

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/deskhaul/deskhaul/connectors"
)

// Masking replaces secrets, in every form in which they are sent or a server may repeat
// them: as they stand in an address, in JSON, in a page, and in credentials that are
// packed with base64 together with a name (RFC 7617, RFC 4616).
func Masking(secrets []connectors.Secret) *strings.Replacer {
	var known []string
	for _, s := range secrets {
		known = append(known, forms(s.Reveal())...)
	}
	// Of several that begin alike the longest is meant.
	slices.SortFunc(known, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, form := range known {
		pairs = append(pairs, form, "…")
	}
	return strings.NewReplacer(pairs...)
}

func forms(secret string) []string {
	if secret == "" {
		return nil
	}
	quoted := quote(secret)
	ascii := strings.Trim(strconv.QuoteToASCII(secret), `"`) // as PHP and Python write JSON
	out := []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret),
		quoted, strings.ReplaceAll(quoted, "/", `\/`), ascii, strings.ReplaceAll(ascii, "/", `\/`),
	}
	if b, err := json.Marshal(secret); err == nil { // with < and & as numbers
		out = append(out, string(b[1:len(b)-1]))
	}
	for before := range 3 {
		out = append(out, packed(secret, before)...)
	}
	return out
}

// quote is a text within the quotes of JSON.
func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return s
	}
	return b.String()[1 : b.Len()-2] // and a line's end
}

// shortest is the least of base64 that is taken for a piece of a secret.
const shortest = 6

// packed is what base64 makes of a secret behind so many bytes more than threes, whatever
// they are and whatever follows: the letters that are of the secret alone.
func packed(secret string, before int) []string {
	all := make([]byte, before, before+len(secret))
	all = append(all, secret...)
	from, to := (before*8+5)/6, len(all)*8/6
	if to-from < shortest {
		return nil
	}
	return []string{base64.RawStdEncoding.EncodeToString(all)[from:to], base64.RawURLEncoding.EncodeToString(all)[from:to]}
}
