package rttest

import (
	"regexp"
	"strings"
)

var (
	tag      = regexp.MustCompile(`<[a-zA-Z][^>]*>`)
	space    = regexp.MustCompile(`\s+`)
	attached = regexp.MustCompile(`(src=")/Ticket/Attachment/\d+/\d+`)
)

// anew is HTML as RT 6 writes it: within a tag white space is one blank and an
// apostrophe an entity, and the address of a file of RT's becomes that of a copy (RT 6.0.0,
// RT/Interface/Web.pm, ExtractImages; the stand-in makes no copy).
func anew(content string) string {
	return tag.ReplaceAllStringFunc(content, func(one string) string {
		one = space.ReplaceAllString(strings.ReplaceAll(one, "'", "&#39;"), " ")
		return attached.ReplaceAllString(one, "${1}cid:copy@rt.test")
	})
}
