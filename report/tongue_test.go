package report

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Russian counts have three forms.
func TestRussianCounts(t *testing.T) {
	ru, err := TongueOf("ru")
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int]string{1: "1 заявка", 2: "2 заявки", 5: "5 заявок", 11: "11 заявок", 21: "21 заявка", 22: "22 заявки"} {
		if got := ru.Say("%d tickets", n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	en, err := TongueOf("en")
	if err != nil || en.Say("%d tickets", 1) != "1 ticket" || en.Say("%d tickets", 12431) != "12,431 tickets" {
		t.Errorf("%v: %q, %q", err, en.Say("%d tickets", 1), en.Say("%d tickets", 12431))
	}
	if _, err := TongueOf("xx"); err == nil {
		t.Error("there is no such language")
	}
}

// Every sentence that is said has its Russian, and no Russian is of a sentence that nobody
// says.
func TestEverySentenceHasItsRussian(t *testing.T) {
	said := sentences(t)
	for _, words := range flawWords {
		said = append(said, words[0], words[1])
	}
	said = append(said, listsOfSentences()...)
	for _, s := range said {
		if _, known := russian()[s]; !known {
			t.Errorf("no Russian for %q", s)
		}
	}
	for s := range russian() {
		if !slices.Contains(said, s) {
			t.Errorf("nobody says %q", s)
		}
	}
}

// listsOfSentences are those that stand in lists.
func listsOfSentences() (out []string) {
	for _, classes := range [][]ClassOf{Classes, troubled, plannedClasses, doneClasses} {
		for _, c := range classes {
			out = append(out, c.Title, c.Means)
		}
	}
	for _, definitions := range [][]Defined{Definitions, KeyDefinitions} {
		for _, d := range definitions {
			out = append(out, d.Title, d.Means)
		}
	}
	for _, words := range reasonWords {
		out = append(out, words)
	}
	for _, words := range lossWords {
		out = append(out, words)
	}
	for _, words := range traitWords {
		out = append(out, words)
	}
	for _, words := range headOf {
		out = append(out, words)
	}
	for kind, many := range plural {
		out = append(out, string(kind), "%d "+many)
	}
	out = append(out, saveWords...)
	for _, unit := range unitWords {
		out = append(out, unit)
	}
	return slices.Concat(out, whys, []string{FiguresMean})
}

// sentences are the strings in the files that speak in tongues: those given to Say, and
// those in lists of what is said.
func sentences(t *testing.T) (out []string) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		lists := strings.HasPrefix(name, "assessment") || name == "tongue.go" || name == "flaw.go"
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.CallExpr:
				if sel, ok := n.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Say" && len(n.Args) > 0 {
					out = append(out, text(n.Args[0])...)
				}
			case *ast.CompositeLit:
				if lists {
					out = append(out, listed(n)...)
				}
			}
			return true
		})
	}
	for _, kind := range plural {
		out = append(out, kind)
	}
	pages, err := filepath.Glob("pages/*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range pages {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, said := range regexp.MustCompile(`say "([^"]+)"`).FindAllStringSubmatch(string(b), -1) {
			out = append(out, said[1])
		}
	}
	return out
}

func text(e ast.Expr) []string {
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		if s, err := strconv.Unquote(lit.Value); err == nil && s != "" {
			return []string{s}
		}
	}
	return nil
}

// listed are the first strings of the entries of a list, and the strings of a plain one.
func listed(l *ast.CompositeLit) (out []string) {
	if a, ok := l.Type.(*ast.ArrayType); !ok || a == nil {
		return nil
	}
	for _, e := range l.Elts {
		if inner, ok := e.(*ast.CompositeLit); ok && inner.Type == nil && len(inner.Elts) > 0 {
			e = inner.Elts[0]
		}
		out = append(out, text(e)...)
	}
	return out
}
