package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"text/tabwriter"
)

// print shows the figures as a table and what they come to.
func (b *bench) print(out io.Writer) error {
	var page bytes.Buffer
	fmt.Fprintf(&page, "%d messages, %.1f MB, %.1f KB each; %d cores\n\n", b.n, float64(b.bytes)/1e6, float64(b.bytes)/1e3/float64(b.n), runtime.NumCPU())
	w := tabwriter.NewWriter(&page, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(w, "step\tmessages\tseconds\tCPU s\tmessages/s\tMB/s\tpeak MiB\t")
	for _, f := range append(b.Steps, b.Grown...) {
		_, _ = fmt.Fprintf(w, "%s\t%d\t%.2f\t%.2f\t%.0f\t%.1f\t%.0f\t\n", f.Name, f.Messages, f.Seconds, f.CPU,
			float64(f.Messages)/f.Seconds, float64(f.Bytes)/1e6/f.Seconds, float64(f.Peak)/(1<<20))
	}
	_ = w.Flush() // into memory: it cannot fail
	page.WriteByte('\n')
	for _, r := range b.ratios() {
		fmt.Fprintf(&page, "%-46s %6.2f  (aim: %s)\n", r.Name, r.Value, r.Aim)
	}
	for _, m := range b.missing {
		fmt.Fprintf(&page, "%s is not installed, so it was left out: apt install notmuch maildir-utils isync\n", m)
	}
	_, err := page.WriteTo(out)
	return err
}

// ratio compares two steps.
type ratio struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Aim   string  `json:"aim"`
}

func (b *bench) ratios() (out []ratio) {
	if b.imap {
		return b.boxes()
	}
	parser, pull := b.named("parser alone"), b.named("pull")
	out = append(out, ratio{"CPU of pull / CPU of the parser alone", pull.CPU / parser.CPU, "at most 2.5"})
	notmuch, mu := b.named("notmuch new"), b.named("mu index")
	if notmuch.Seconds == 0 || mu.Seconds == 0 {
		return out
	}
	first := b.named("mu init")
	faster := min(notmuch.Seconds, mu.Seconds+first.Seconds)
	cheaper := min(notmuch.CPU, mu.CPU+first.CPU)
	return append(out,
		ratio{"seconds of the faster peer / seconds of pull", faster / pull.Seconds, "at least 10"},
		ratio{"CPU of the cheaper peer / CPU of pull", cheaper / pull.CPU, "none"})
}

func (b *bench) named(name string) (f figures) {
	for _, f := range b.Steps {
		if f.Name == name {
			return f
		}
	}
	return f
}

func (b *bench) writeJSON(path string) error {
	data, err := json.MarshalIndent(struct {
		Cores    int       `json:"cores"`
		Seed     uint64    `json:"seed"`
		Messages int       `json:"messages"`
		Bytes    int64     `json:"bytes"`
		Steps    []figures `json:"steps"`
		Growth   []figures `json:"growth,omitempty"`
		Ratios   []ratio   `json:"ratios"`
	}{runtime.NumCPU(), b.seed, b.n, b.bytes, b.Steps, b.Grown, b.ratios()}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}
