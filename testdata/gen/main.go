// Command gen writes the mailbox and the customer list of the quickstart from
// the scripts in its folder script. It composes mail by hand and shares no code
// with the rest of the project, so that its output can test that code.
//
//	go run ./testdata/gen        # from the root of the repository
package main

import (
	"embed"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

//go:embed script
var scripts embed.FS

func main() {
	out := flag.String("out", filepath.Join("testdata", "quickstart"), "folder to write to")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(folder string) error {
	files, err := generate()
	if err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generate returns the content of each file of the quickstart that is made.
func generate() (map[string][]byte, error) {
	p, err := readPlay()
	if err != nil {
		return nil, err
	}
	box, sent, err := p.mailbox()
	if err != nil {
		return nil, err
	}
	list, rows, err := customers()
	if err != nil {
		return nil, err
	}
	expected, err := p.expect(sent, rows).json()
	if err != nil {
		return nil, err
	}
	return map[string][]byte{"support.mbox": box, "customers.csv": list, "expected.json": expected}, nil
}
