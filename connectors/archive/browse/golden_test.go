package browse

import (
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden pages anew")

// TestGoldenPages compares the main pages with those in testdata/golden.
func TestGoldenPages(t *testing.T) {
	s := shown(t, small(t), nil)
	for name, path := range map[string]string{
		"overview":      "/",
		"tickets":       "/tickets?category=box/k1&sort=created",
		"search":        "/tickets?q=" + url.QueryEscape("printer dead"),
		"conversation":  "/ticket?id=box/1",
		"as-text":       "/ticket?id=box/1&as=text",
		"mail":          "/mail?ticket=box/1&id=m3",
		"contacts":      "/contacts?q=noa",
		"contact":       "/contact?id=box/c1",
		"organizations": "/organizations",
		"organization":  "/organization?id=box/o1",
		"not-found":     "/ticket?id=box/none",
	} {
		t.Run(name, func(t *testing.T) {
			_, got := get(t, s, path)
			file := filepath.Join("testdata", "golden", name+".html")
			if *update {
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (run with -update if this is meant):\n%s", path, diff)
			}
		})
	}
}
