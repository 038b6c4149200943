package report

import "io"

// HTMLPage writes it as a page.
func (v *Verification) HTMLPage(w io.Writer) error { _, err := io.WriteString(w, v.Line); return err }
