package browse

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A cleaner makes the HTML of mails harmless. It may be used from several
// goroutines.
type cleaner struct {
	policy *bluemonday.Policy
	known  map[string]bool
}

func newCleaner() *cleaner {
	c := &cleaner{policy: policy(), known: map[string]bool{}}
	for _, e := range elements() {
		c.known[e] = true
	}
	return c
}

// cleaned is what is left of a mail's HTML.
type cleaned struct {
	html  string
	hosts []string // where pictures lie that were not loaded, sorted
	kept  int      // pictures that are shown
}

// mostHTML is the size above which HTML is not looked at, in bytes.
const mostHTML = 8 << 20

var errTooLarge = errors.New("it is too large to be shown safely")

// clean takes out of dirty all that could run, load or send something. It is done
// twice, by two parsers and two lists, so that what slips through one is caught by
// the other. picture gives the address of our own that stands for a cid, "" if
// there is none. An error says why the HTML cannot be shown at all.
func (c *cleaner) clean(dirty string, picture func(cid string) string) (cleaned, error) {
	if len(dirty) > mostHTML {
		return cleaned{}, errTooLarge
	}
	passed := c.policy.Sanitize(strings.ToValidUTF8(dirty, "\uFFFD"))
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(passed), body)
	if err != nil {
		return cleaned{}, fmt.Errorf("it cannot be read: %w", err)
	}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	d := dresser{cleaner: c, picture: picture, hosts: map[string]bool{}}
	d.children(body)
	foldQuotes(body)
	var b strings.Builder
	for n := range body.ChildNodes() {
		if err := html.Render(&b, n); err != nil {
			return cleaned{}, fmt.Errorf("it cannot be written: %w", err)
		}
	}
	return cleaned{b.String(), slices.Sorted(maps.Keys(d.hosts)), d.kept}, nil
}

// A dresser is the second pass: it drops what is unknown, and gives links and
// pictures their final form.
type dresser struct {
	*cleaner
	picture func(cid string) string
	hosts   map[string]bool
	kept    int
}

func (d *dresser) children(parent *html.Node) {
	var next *html.Node
	for n := parent.FirstChild; n != nil; n = next {
		next = n.NextSibling
		switch {
		case n.Type == html.TextNode:
		case n.Type != html.ElementNode || n.Namespace != "" || !d.known[n.Data]:
			parent.RemoveChild(n)
		case n.Data == "img":
			d.image(parent, n)
		default:
			n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return !d.passes(n.Data, a) })
			if n.Data == "a" {
				dressLink(n)
			}
			d.children(n)
		}
	}
}

var unsafeStyle = regexp.MustCompile(`(?i)[\\@<>{}]|url|expression|import|image|behaviou?r|binding|javascript`)

// passes tells whether an attribute may stay; those of pictures are made anew.
func (d *dresser) passes(element string, a html.Attribute) bool {
	switch a.Key {
	case "href":
		return element == "a" && a.Namespace == "" && opens(a.Val)
	case "style":
		return a.Namespace == "" && !unsafeStyle.MatchString(a.Val)
	case "dir", "lang", "class", "type", "start", "value", "align", "valign", "bgcolor", "width", "height", "border",
		"cellpadding", "cellspacing", "colspan", "rowspan", "span", "color", "face", "size":
		return a.Namespace == ""
	}
	return false
}

// opens tells whether a link leads somewhere that a person may go.
func opens(address string) bool {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "http", "https":
		return u.Host != ""
	case "mailto", "tel":
		return true
	}
	return false
}

// dressLink makes a link open a window of its own that learns nothing about us,
// and shows on hover where it leads.
func dressLink(n *html.Node) {
	for _, a := range n.Attr {
		if a.Key == "href" {
			n.Attr = append(n.Attr, attr("target", "_blank"), attr("rel", "noopener noreferrer nofollow"), attr("title", a.Val))
			return
		}
	}
}

func attr(key, value string) html.Attribute { return html.Attribute{Key: key, Val: value} }

var dataImage = regexp.MustCompile(`^data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*$`)

// image shows a picture that lies in the mail itself, and puts words in the place
// of any other. Pictures too small to be seen are there to watch the reader: they
// are dropped without words.
func (d *dresser) image(parent, n *html.Node) {
	given := map[string]string{}
	for _, a := range n.Attr {
		given[a.Key] = a.Val
	}
	src := strings.TrimSpace(given["src"])
	address := ""
	if cid, ok := cutScheme(src, "cid:"); ok {
		address = d.picture(cid)
	} else if dataImage.MatchString(src) {
		address = src
	}
	if address == "" {
		d.stand(parent, n, src, given)
		return
	}
	d.kept++
	n.FirstChild, n.LastChild = nil, nil
	n.Attr = []html.Attribute{attr("src", address), attr("alt", given["alt"])}
	for _, key := range []string{"width", "height"} {
		if measure.MatchString(given[key]) {
			n.Attr = append(n.Attr, attr(key, given[key]))
		}
	}
}

// stand puts words in the place of a picture.
func (d *dresser) stand(parent, n *html.Node, src string, given map[string]string) {
	where := "a picture that is not in the mail"
	if u, err := url.Parse(src); err == nil && u.Host != "" {
		d.hosts[u.Host] = true
		where = "a picture on " + u.Host
	}
	if !tiny(given["width"]) && !tiny(given["height"]) {
		words := where
		if alt := strings.TrimSpace(given["alt"]); alt != "" {
			words = alt
		}
		span := &html.Node{Type: html.ElementNode, Data: "span", DataAtom: atom.Span, Attr: []html.Attribute{
			attr("class", "blocked"), attr("title", where+", not loaded"),
		}}
		span.AppendChild(&html.Node{Type: html.TextNode, Data: "\u25a8 " + words})
		parent.InsertBefore(span, n)
	}
	parent.RemoveChild(n)
}

func tiny(size string) bool {
	n, err := strconv.ParseFloat(strings.TrimSuffix(size, "px"), 64)
	return err == nil && n < 4
}

func cutScheme(address, scheme string) (string, bool) {
	if len(address) < len(scheme) || !strings.EqualFold(address[:len(scheme)], scheme) {
		return "", false
	}
	rest, err := url.PathUnescape(address[len(scheme):])
	if err != nil {
		rest = address[len(scheme):]
	}
	return rest, true
}
