package project

import (
	"fmt"
	"os"
	"path/filepath"
)

// hidden is the folder that a run keeps its own things in.
const hidden = ".deskhaul"

// Hidden is the folder of what a run keeps: mode 0700.
func (p *Project) Hidden() string { return filepath.Join(p.Folder, hidden) }

// Ledger is the file of the ledger.
func (p *Project) Ledger() string { return filepath.Join(p.Hidden(), "ledger.db") }

// Reports is the folder of reports.
func (p *Project) Reports() string { return filepath.Join(p.Hidden(), "reports") }

// Temp is the folder of spooled files. Only who holds the lock may empty it.
func (p *Project) Temp() string { return filepath.Join(p.Hidden(), "temp") }

// Prepare makes the folders, the hidden one readable by its owner alone.
func (p *Project) Prepare() error {
	for _, dir := range []string{p.Hidden(), p.Reports(), p.Temp()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("make the project's folders: %w", err)
		}
	}
	// It may have been made by hand, or unpacked, with another mode.
	if err := os.Chmod(p.Hidden(), 0o700); err != nil {
		return fmt.Errorf("make the project's folder private: %w", err)
	}
	return nil
}
