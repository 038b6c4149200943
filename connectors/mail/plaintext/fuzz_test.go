package plaintext

import (
	"testing"
	"unicode/utf8"
)

func FuzzFolds(f *testing.F) {
	for _, s := range []string{
		"Yes.\n\nOn Tue, 3 Nov 2026, Ann <ann@example.com> wrote:\n> Is it?\n", "Hi\n-- \nAnn\n", "Hi\n____\nFrom: a\nTo: b\nDate: c\n\nd\n",
		"> a\nb\n> c\n", "```\n> a\n```\n", "Да.\n\nОт: a\nКому: b\nТема: c\n\nd\n", "Sent from my iPhone\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at := 0
		for _, fold := range Folds(s) {
			if fold.Start < at || fold.End <= fold.Start || fold.End > len(s) {
				t.Fatalf("%+v after %d of %d", fold, at, len(s))
			}
			if fold.Start > 0 && s[fold.Start-1] != '\n' || fold.End < len(s) && s[fold.End-1] != '\n' {
				t.Fatalf("%+v is no stretch of whole lines", fold)
			}
			at = fold.End
		}
	})
}

func FuzzHTML(f *testing.F) {
	for _, s := range []string{
		"<p>a<br>b</p><ul><li>c<li>d</ul>", "<table><tr><td>a<td>b</table>", "<blockquote type=cite>a<blockquote>b</blockquote></blockquote>",
		"<pre> a\n  b</pre><hr><a href='x'>y</a>", "<style>a</style><!-- b --><img alt=c>&nbsp;&#0;&lt;",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, page string) {
		if got := HTML(page); utf8.ValidString(page) && !utf8.ValidString(got) {
			t.Errorf("%q", got)
		}
	})
}
