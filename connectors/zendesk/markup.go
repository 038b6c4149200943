package zendesk

import (
	"bytes"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"

	"github.com/deskhaul/deskhaul/connectors/mail/plaintext"
	"github.com/deskhaul/deskhaul/desk"
)

// Zendesk has one body for a comment: a text, or a page from which it makes the text.
// A message with a page that says more than text can is written as a page; images
// that it shows by their Content-ID it then shows by the addresses of the uploaded
// files, behind which the Content-ID is kept as a fragment.

// wrapper is what Zendesk puts around a comment's page (recorded).
const wrapper = `<div class="zd-comment" dir="auto">`

// unwrapped is a page without it.
func unwrapped(page string) string {
	if inner, is := strings.CutPrefix(page, wrapper); is {
		return strings.TrimSuffix(inner, "</div>")
	}
	return page
}

// dull tells whether a page is only what plain text looks like as a page.
func dull(page string) bool {
	z := html.NewTokenizer(bytes.NewReader([]byte(page)))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return true
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			if !slices.Contains([]string{"div", "p", "br", "a", "html", "head", "body", "meta"}, string(name)) {
				return false
			}
		default:
		}
	}
}

// asPage tells whether a message is written as a page, and not as text.
func asPage(m *desk.Message) bool {
	return m.HTML != "" && !dull(m.HTML)
}

var byContentID = regexp.MustCompile(`cid:([^"'\s>)]+)`)

// addressed shows images by the addresses of files, given by their Content-IDs.
func addressed(page string, files map[string]string) string {
	return byContentID.ReplaceAllStringFunc(page, func(found string) string {
		id := strings.TrimPrefix(found, "cid:")
		name, err := url.PathUnescape(id)
		if err != nil {
			name = id
		}
		if address := files[name]; address != "" {
			return address + "#cid:" + id
		}
		return found
	})
}

// identified shows images by Content-IDs again: the one that is kept behind the
// address of a file, else one of our making. It returns that of the file, "" if the
// page does not show it.
func identified(page, address, own string) (changed, cid string) {
	if address == "" || !strings.Contains(page, address) {
		return page, ""
	}
	kept := regexp.MustCompile(regexp.QuoteMeta(address) + `#cid:([^"'\s>)]+)`)
	page = kept.ReplaceAllStringFunc(page, func(found string) string {
		id := found[len(address)+len("#cid:"):]
		var err error
		if cid, err = url.PathUnescape(id); err != nil {
			cid = id
		}
		return "cid:" + id
	})
	if strings.Contains(page, `"`+address+`"`) {
		if cid == "" {
			cid = own
		}
		page = strings.ReplaceAll(page, `"`+address+`"`, `"cid:`+cid+`"`)
	}
	return page, cid
}

// readable is what a page says.
func readable(page string) string { return strings.TrimSpace(plaintext.HTML(page)) }

// saysElse tells whether a text says something that a page does not: more than a third
// of its words. A few are always strange to the page, such as "[image: logo.png]".
func saysElse(text, page string) bool {
	words := func(s string) []string {
		return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	}
	there := map[string]bool{}
	for _, w := range words(readable(page)) {
		there[w] = true
	}
	all, missing := words(text), 0
	for _, w := range all {
		if !there[w] {
			missing++
		}
	}
	return 3*missing > len(all)
}

// letters are the letters and digits of a text: what is left of it however it was
// laid out.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}
