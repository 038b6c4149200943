package plaintext

import "testing"

func TestHTMLText(t *testing.T) {
	for _, c := range []struct{ page, want string }{
		{"<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree\n"},
		{"<div>a</div><div>b</div>", "a\nb\n"},
		{"<ul><li>a<li>b<ul><li>c</ul></ul>", "* a\n* b\n  * c\n"},
		{"<ol><li>a</li><li>b</li></ol>", "1. a\n2. b\n"},
		{"<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n> >\n> > b\n\nc\n"},
		{"<a href=\"https://example.com/x\">here</a> <a href=\"https://example.com\">example.com</a>", "here <https://example.com/x> example.com\n"},
		{"<style>p{}</style><script>x()</script><div style=\"display: none\">no<div>no</div></div>yes", "yes\n"},
		{"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc\n"},
		{"<pre>a\n  b</pre>", "a\n  b\n"},
		{"a &lt;b&gt; &amp;nbsp;\n  c", "a <b> &nbsp; c\n"},
		{"<img alt=\"logo\"><img>", "[logo]\n"},
	} {
		if got := HTML(c.page); got != c.want {
			t.Errorf("%s: got %q, want %q", c.page, got, c.want)
		}
	}
}
