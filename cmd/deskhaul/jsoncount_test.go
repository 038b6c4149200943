package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// jsonCount is "jsoncount PATH=VALUE ...": checks values in the JSON document that
// the last command printed. PATH goes through objects by name and lists by number:
// hops.0.kinds.message.created=10.
func jsonCount(ts *testscript.TestScript, neg bool, args []string) {
	var doc any
	if err := json.Unmarshal([]byte(ts.ReadFile("stdout")), &doc); err != nil {
		ts.Fatalf("standard output is no JSON document: %v", err)
	}
	for _, arg := range args {
		path, want, _ := strings.Cut(arg, "=")
		got := fmt.Sprint(walk(doc, strings.Split(path, ".")))
		if (got == want) == neg {
			ts.Fatalf("%s is %s, want %s", path, got, want)
		}
	}
}

func walk(v any, path []string) any {
	for _, name := range path {
		switch at := v.(type) {
		case map[string]any:
			v = at[name]
		case []any:
			var i int
			if _, err := fmt.Sscan(name, &i); err != nil || i >= len(at) {
				return "nothing at " + name
			}
			v = at[i]
		default:
			return "nothing at " + name
		}
	}
	return v
}
