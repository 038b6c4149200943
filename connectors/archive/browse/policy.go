package browse

import (
	"regexp"

	"github.com/microcosm-cc/bluemonday"
)

// elements are what remains of a mail's HTML: text, its emphasis, lists, tables
// and pictures. Whatever loads, runs, submits or frames something is not among them.
func elements() []string {
	return []string{
		"a", "abbr", "address", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col",
		"colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i",
		"img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "span",
		"strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var", "wbr",
	}
}

// properties are the style properties that remain. None takes its element out of
// the flow of the text, hides it, or may name an address.
func properties() []string {
	return []string{
		"background", "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left",
		"border-radius", "border-right", "border-spacing", "border-style", "border-top", "border-width", "color",
		"direction", "font", "font-family", "font-size", "font-style", "font-weight", "height", "letter-spacing",
		"line-height", "list-style-type", "margin", "margin-bottom", "margin-left", "margin-right", "margin-top",
		"max-width", "padding", "padding-bottom", "padding-left", "padding-right", "padding-top", "text-align",
		"text-decoration", "text-indent", "vertical-align", "white-space", "width", "word-break", "word-wrap",
	}
}

var (
	direction  = regexp.MustCompile(`(?i)^(?:ltr|rtl|auto)$`)
	language   = regexp.MustCompile(`^[a-zA-Z0-9-]{1,35}$`)
	measure    = regexp.MustCompile(`^[0-9]{1,5}(?:\.[0-9]{1,4})?(?:px|%|em|pt)?$`)
	word       = regexp.MustCompile(`^[a-zA-Z]{1,20}$`)
	colour     = regexp.MustCompile(`^#?[a-zA-Z0-9]{1,30}$`)
	number     = regexp.MustCompile(`^[+-]?[0-9]{1,6}$`)
	quoteClass = regexp.MustCompile(`^(?:gmail_quote(?:_container)?|yahoo_quoted|protonmail_quote)$`)
)

// policy is what bluemonday lets through. Where the pictures come from and where
// the links lead is looked at again in dress.
func policy() *bluemonday.Policy {
	// These two grow to megabytes when they are compiled, so no verb but browse pays for it.
	// styleValue has no brackets but those of colours, no backslash and no colon:
	// url(), image-set(), expression() and CSS escapes cannot be written in it.
	styleValue := regexp.MustCompile(`^(?:[\p{L}\p{N} .,%#'"!/_+-]{1,200}|rgba?\([0-9 .,%/]{1,60}\)|hsla?\([0-9a-z .,%/]{1,60}\))$`)
	face := regexp.MustCompile(`^[\p{L}\p{N} ,'"_-]{1,200}$`)
	p := bluemonday.NewPolicy()
	p.AllowElements(elements()...)
	p.AllowAttrs("dir").Matching(direction).Globally()
	p.AllowAttrs("lang").Matching(language).Globally()
	p.AllowAttrs("class").Matching(quoteClass).OnElements("div", "blockquote")
	p.AllowAttrs("type").Matching(word).OnElements("blockquote", "ol", "ul", "li")
	p.AllowAttrs("start", "value").Matching(number).OnElements("ol", "li")
	p.AllowAttrs("align", "valign").Matching(word).OnElements("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
		"table", "caption", "col", "colgroup", "tbody", "thead", "tfoot", "tr", "td", "th", "img")
	p.AllowAttrs("bgcolor").Matching(colour).OnElements("table", "tr", "td", "th")
	p.AllowAttrs("width", "height").Matching(measure).OnElements("table", "td", "th", "tr", "col", "colgroup", "img", "hr")
	p.AllowAttrs("border", "cellpadding", "cellspacing").Matching(measure).OnElements("table", "img")
	p.AllowAttrs("colspan", "rowspan", "span").Matching(number).OnElements("td", "th", "col", "colgroup")
	p.AllowAttrs("color").Matching(colour).OnElements("font")
	p.AllowAttrs("face").Matching(face).OnElements("font")
	p.AllowAttrs("size").Matching(number).OnElements("font")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("src", "alt", "title").OnElements("img")
	p.AllowStyles(properties()...).Matching(styleValue).Globally()
	p.AllowURLSchemes("http", "https", "mailto", "tel", "cid")
	p.AllowDataURIImages()
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	return p
}
