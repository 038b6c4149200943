package browse

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

const ourPicture = "/file/" + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" + "?name=logo.png"

func pictures(cid string) string {
	if cid == "logo" {
		return ourPicture
	}
	return ""
}

func TestHostileMailsAreHarmless(t *testing.T) {
	c := newCleaner()
	for _, h := range hostiles() {
		t.Run(h.name, func(t *testing.T) {
			got, err := c.clean(h.html, pictures)
			if err != nil {
				t.Fatal(err)
			}
			harmless(t, got.html)
		})
	}
}

// FuzzClean holds whatever comes out of the cleaner to the same rules.
func FuzzClean(f *testing.F) {
	for _, h := range hostiles() {
		if len(h.html) < 4000 {
			f.Add(h.html)
		}
	}
	c := newCleaner()
	f.Fuzz(func(t *testing.T, dirty string) {
		got, err := c.clean(dirty, pictures)
		if err != nil {
			return
		}
		harmless(t, got.html)
		again, err := c.clean(got.html, pictures)
		if err != nil {
			return // it may have grown too deep by a fold
		}
		harmless(t, again.html)
	})
}

func harmless(t *testing.T, clean string) {
	t.Helper()
	for _, p := range problems(clean) {
		t.Errorf("%s in %.300q", p, clean)
	}
}

// problems reads HTML as a browser does, as the body of a page, and lists all that
// could run, load, submit or frame something.
func problems(clean string) (found []string) {
	doc, err := html.Parse(strings.NewReader("<!doctype html><body>" + clean))
	if err != nil {
		return []string{"what cannot be read: " + err.Error()}
	}
	allowed := map[string]bool{"html": true, "head": true, "body": true, "details": true, "summary": true}
	for _, e := range elements() {
		allowed[e] = true
	}
	for n := range doc.Descendants() {
		if n.Type == html.CommentNode {
			found = append(found, "a comment")
		}
		if n.Type != html.ElementNode {
			continue
		}
		if !allowed[n.Data] || n.Namespace != "" {
			found = append(found, "<"+n.Namespace+" "+n.Data+">")
		}
		for _, a := range n.Attr {
			if !harmlessAttribute(n.Data, a) {
				found = append(found, "<"+n.Data+"> with "+a.Namespace+" "+a.Key+"="+a.Val)
			}
		}
	}
	return found
}

// The rules must bite, or the tests that hold to them prove nothing.
func TestRulesFindWhatIsHostile(t *testing.T) {
	quiet := map[string]bool{
		"utf-7": true, "style that hides": true, "link that reaches for its opener": true, "class of ours": true,
		"overlong and full width brackets": true, "script never closed": true, "frameset": true, "tags without end": true,
	}
	for _, h := range hostiles() {
		if len(problems(h.html)) == 0 && !quiet[h.name] {
			t.Errorf("%s: nothing is found in %.200q", h.name, h.html)
		}
	}
}

var (
	plainAttribute = regexp.MustCompile(`^(dir|lang|class|type|start|value|align|valign|bgcolor|width|height|border|cellpadding|cellspacing|colspan|rowspan|span|color|face|size|alt|title|target|rel)$`)
	ownAddress     = regexp.MustCompile(`^/file/[0-9a-f]{64}\?name=[^/]*$`)
	hostileStyle   = regexp.MustCompile(`(?i)url|\\|@|expression|image|import|position|binding|behavior|display|<|var\(`)
	smallPicture   = regexp.MustCompile(`^data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*$`)
)

func harmlessAttribute(element string, a html.Attribute) bool {
	switch {
	case a.Namespace != "":
		return false
	case a.Key == "src":
		return element == "img" && (ownAddress.MatchString(a.Val) || smallPicture.MatchString(a.Val))
	case a.Key == "href":
		u, err := url.Parse(a.Val)
		return element == "a" && err == nil && (u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "mailto" || u.Scheme == "tel")
	case a.Key == "style":
		return !hostileStyle.MatchString(a.Val)
	}
	return plainAttribute.MatchString(a.Key)
}

func TestWhatIsKept(t *testing.T) {
	c := newCleaner()
	for _, x := range []struct{ name, in, want string }{
		{"emphasis", `<p>a <b>b</b> <i>c</i></p>`, `<p>a <b>b</b> <i>c</i></p>`},
		{"colour", `<p style="color: #f00; position: fixed">x</p>`, `<p style="color: #f00">x</p>`},
		{"rgb", `<td style="background-color:rgb(1, 2, 3)">x</td>`, `x`}, // a cell without a table is none
		{
			"table", `<table border="1"><tr><td colspan="2" bgcolor="#eee">x</td></tr></table>`,
			`<table border="1"><tbody><tr><td colspan="2" bgcolor="#eee">x</td></tr></tbody></table>`,
		},
		{
			"link", `<a href="https://example.com/?a=1&amp;b=2">x</a>`,
			`<a href="https://example.com/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow" title="https://example.com/?a=1&amp;b=2">x</a>`,
		},
		{"right to left", `<p dir="rtl" lang="he">שלום</p>`, `<p dir="rtl" lang="he">שלום</p>`},
		{"own picture", `<img src="cid:logo" width="40" alt="Logo">`, `<img src="` + ourPicture + `" alt="Logo" width="40"/>`},
		{"own picture with escapes", `<img src="CID:%6Cogo">`, `<img src="` + ourPicture + `" alt=""/>`},
		{
			"remote picture", `<img src="https://pics.example/a.png" alt="Our office">`,
			`<span class="blocked" title="a picture on pics.example, not loaded">▨ Our office</span>`,
		},
		{"pixel", `<p>x<img src="https://spy.example/p" width="1" height="1"></p>`, `<p>x</p>`},
		{
			"quotation after an answer", `<p>Yes.</p><blockquote><p>Really?</p></blockquote>`,
			`<p>Yes.</p><details><summary>Quoted history</summary><blockquote><p>Really?</p></blockquote></details>`,
		},
		{"quotation first", `<blockquote>Said before</blockquote>answer`, `<blockquote>Said before</blockquote>answer`},
		{
			"Gmail's quotation", `Yes<div class="gmail_quote">On Monday: no</div>`,
			`Yes<details><summary>Quoted history</summary><div class="gmail_quote">On Monday: no</div></details>`,
		},
	} {
		t.Run(x.name, func(t *testing.T) {
			got, err := c.clean(x.in, pictures)
			if err != nil || got.html != x.want {
				t.Errorf("got  %s, %v\nwant %s", got.html, err, x.want)
			}
		})
	}
}

func TestBlockedHostsAreNamed(t *testing.T) {
	got, err := newCleaner().clean(`<img src="https://b.example/1"><img src="http://a.example:81/2"><img src=https://b.example/3 width=1>`, pictures)
	if err != nil || strings.Join(got.hosts, " ") != "a.example:81 b.example" || got.kept != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhatCannotBeShownIsRefused(t *testing.T) {
	c := newCleaner()
	for name, dirty := range map[string]string{
		"too large": strings.Repeat("a", mostHTML+1),
		"too deep":  strings.Repeat("<div>", 5000),
	} {
		if got, err := c.clean(dirty, pictures); err == nil {
			t.Errorf("%s: got %d bytes", name, len(got.html))
		}
	}
}

// TestRealMails cleans every HTML part of the real mails that lie beside the
// repository, where they do.
func TestRealMails(t *testing.T) {
	root, err := os.Getwd()
	for ; err == nil && root != filepath.Dir(root); root = filepath.Dir(root) {
		if _, missing := os.Stat(filepath.Join(root, "go.mod")); missing == nil {
			break
		}
	}
	var found []string
	_ = filepath.WalkDir(filepath.Join(root, "..", "shared", "data"), func(path string, _ os.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".html" {
			found = append(found, path)
		}
		return nil
	})
	if len(found) == 0 {
		t.Skip("no real mails beside the repository")
	}
	c := newCleaner()
	for _, name := range found {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.clean(string(b), pictures); err == nil {
			harmless(t, got.html)
		}
	}
}
