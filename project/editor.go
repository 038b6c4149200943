package project

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/mapping/strict"
)

// schemaName is the file in the hidden folder that editors know the keys from. It lies
// with the project because the file then needs no network and fits the program in use.
const schemaName = "schema.json"

// editorLine is how a file names its schema to editors; they read the path from the file.
const editorLine = "# yaml-language-server: $schema=" + hidden + "/" + schemaName

// writeSchema brings the schema in the project's hidden folder up to date.
func (p *Project) writeSchema(specs []connectors.Spec) error {
	want, err := strict.JSON(Schema(specs))
	if err != nil {
		return fmt.Errorf("write the schema for editors: %w", err)
	}
	path := filepath.Join(p.Hidden(), schemaName)
	if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, want) {
		return nil
	}
	if err := p.Prepare(); err != nil {
		return err
	}
	if err := replaceFile(path, want); err != nil {
		return fmt.Errorf("write the schema for editors: %w", err)
	}
	return nil
}

// refreshSchema does so where deskhaul.yaml names the schema: after an update the program
// knows other keys. That it cannot is no reason not to work; only an editor misses it.
func (p *Project) refreshSchema() {
	src, err := os.ReadFile(filepath.Join(p.Folder, FileName))
	if errors.Is(err, fs.ErrNotExist) || !bytes.Contains(src, []byte(editorLine)) {
		return
	}
	_ = p.writeSchema(p.specs)
}
