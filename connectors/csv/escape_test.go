package csv

import (
	"bytes"
	stdcsv "encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/table/rows"
	"github.com/deskhaul/deskhaul/connectors/table/sheets"
	"github.com/deskhaul/deskhaul/desk"
)

// readTexts reads the names of a table of contacts with the columns id, name and
// email, sniffing what cfg leaves open.
func readTexts(t *testing.T, text string, set Config) []string {
	cfg := file(t, "contacts.csv", text)
	set.Path = cfg.Path
	rs, asides, _ := read(t, &set, conntest.FileEnv(t), desk.KindContact, "")
	var names []string
	for _, r := range rs {
		names = append(names, r.(*desk.Contact).Name)
	}
	for _, a := range asides {
		if a.Reason != connectors.ReasonUnreadable {
			t.Errorf("aside: %+v", a)
		}
		names = append(names, "!")
	}
	return names
}

func TestEscapes(t *testing.T) {
	const head = "id,name,email\n"
	for name, c := range map[string]struct {
		text string
		set  Config
		want []string
	}{
		"as MySQL writes": {
			text: head + `1,"He said \"hi\", ok",a@example.com` + "\n" + `2,"C:\\new\\",\N` + "\n" + "3,\"two\\\nlines\",\\N\n" + `4,"one\ntwo",c@example.com` + "\n",
			want: []string{`He said "hi", ok`, `C:\new\`, "two\nlines", "one\ntwo"},
		},
		"quotes only": {
			text: head + `1,"say \"hi\", Ann",a@example.com` + "\n" + `2,"C:\Users\new",b@example.com` + "\n",
			want: []string{`say "hi", Ann`, `C:\Users\new`},
		},
		"quotes only, also doubled ones": {
			text: head + `1,"say \"hi\", Ann",a@example.com` + "\n" + `2,"""D:\x"" is it",b@example.com` + "\n",
			want: []string{`say "hi", Ann`, `"D:\x" is it`},
		},
		"a backslash at the end of a quoted cell": {
			text: head + `1,"C:\",a@example.com` + "\n" + `2,"D:\",b@example.com` + "\n",
			want: []string{`C:\`, `D:\`},
		},
		"a backslash before a doubled quote": {
			text: head + `1,"a \""b\"" c",a@example.com` + "\n",
			want: []string{`a \"b\" c`},
		},
		"a backslash at the end, in a table with one sloppy row": {
			text: head + `1,"C:\",a@example.com` + "\n" + `2,"D:\",b@example.com` + "\n" + "3,x\n",
			want: []string{`C:\`, `D:\`, "x"}, // the last cell was left out
		},
		"no value": {
			text: head + `1,\N,a@example.com` + "\n" + `2,C:\new,b@example.com` + "\n",
			want: []string{"", `C:\new`},
		},
		"stated, without quotes": {
			text: "id\tname\temail\n1\ta\\\tb\\\nc\ta@example.com\n2\tx\\\\\t\\N\n",
			set:  Config{Escape: "backslash", Quote: "none", Delimiter: "tab"},
			want: []string{"a\tb\nc", `x\`},
		},
		"stated, where nothing shows it": {
			text: head + `1,one\ntwo,a@example.com` + "\n",
			set:  Config{Escape: "backslash"},
			want: []string{"one\ntwo"},
		},
		"none stated": {
			text: head + `1,"He said \"hi\", ok",a@example.com` + "\n" + `2,b,\N` + "\n",
			set:  Config{Escape: "none", Header: "yes"},
			want: []string{"b", "!"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, readTexts(t, c.text, c.set)); d != "" {
				t.Error(d)
			}
		})
	}
	if err := (&Config{Path: "x", Escape: "dunno"}).Check(); err == nil || !strings.HasPrefix(err.Error(), "escape: ") {
		t.Errorf("a strange escape: %v", err)
	}
}

// check shows what was found out.
func TestDescribeNamesEscapes(t *testing.T) {
	cfg := file(t, "contacts.csv", "id,name,email\n"+`1,"say \"hi\", Ann",\N`+"\n")
	schema := must[connectors.Schema](t)(must[*sheets.Source](t)(newSource(t.Context(), cfg, conntest.FileEnv(t))).Describe(t.Context()))
	all := ""
	for _, n := range schema.Notes {
		all += n.Text + "\n"
	}
	for _, want := range []string{`" around them`, `\" for a quote`, `\N for none`, "say escape: none"} {
		if !strings.Contains(all, want) {
			t.Errorf("no note says %q:\n%s", want, all)
		}
	}
}

var slashed = rapid.StringOfN(rapid.SampledFrom([]rune("ab\\\\\"\",\n Nn0é")), 0, 12, -1)

func drawRows(t *rapid.T) [][]string {
	width := rapid.IntRange(2, 4).Draw(t, "width")
	return rapid.SliceOfN(rapid.SliceOfN(slashed, width, width), 1, 8).Draw(t, "rows")
}

// What was written by RFC 4180 is read by it, whatever its backslashes look like.
func TestRFC4180IsNeverTakenForEscaped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b bytes.Buffer
		if err := stdcsv.NewWriter(&b).WriteAll(drawRows(t)); err != nil {
			t.Fatal(err)
		}
		if d, _, _ := sniffDialect(b.Bytes(), true, wish{delim: ',', quote: '"', quoted: true}); d.Escape != rows.AsIs {
			t.Fatalf("%q is taken for %s", b.String(), d)
		}
	})
}
