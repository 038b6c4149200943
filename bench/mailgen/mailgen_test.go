package mailgen

import (
	"bytes"
	"crypto/sha256"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func take(seed uint64, n int, do func(Message)) {
	for m := range Messages(seed) {
		if m.N == n {
			return
		}
		do(m)
	}
}

func TestSameSeedSameMail(t *testing.T) {
	digest := func(seed uint64, n int) [32]byte {
		sum := sha256.New()
		took := 0
		take(seed, n, func(m Message) {
			if took++; took <= 300 {
				_, _ = sum.Write(m.Raw)
			}
		})
		return [32]byte(sum.Sum(nil))
	}
	if digest(1, 300) != digest(1, 400) {
		t.Error("the first messages depend on how many are made")
	}
	if digest(1, 300) == digest(2, 300) {
		t.Error("two seeds make the same mail")
	}
}

// The shares that the README states, within what chance allows.
func TestDistribution(t *testing.T) {
	const n = 2000
	counts := map[string]int{}
	var bytes, threads int
	ids := map[string]bool{}
	take(1, n, func(m Message) {
		raw := string(m.Raw)
		parsed, err := mail.ReadMessage(strings.NewReader(raw))
		if err != nil {
			t.Fatalf("message %d: %v", m.N, err)
		}
		bytes += len(raw)
		for name, is := range map[string]bool{
			"alternative": strings.Contains(raw, "multipart/alternative"),
			"attachment":  strings.Contains(raw, "Content-Disposition: attachment"),
			"automatic":   parsed.Header.Get("Auto-Submitted") != "",
			"not UTF-8":   strings.Contains(raw, "charset=windows") || strings.Contains(raw, "charset=iso") || strings.Contains(raw, "charset=koi8") || strings.Contains(raw, "charset=gb"),
			"encoded":     strings.HasPrefix(parsed.Header.Get("Subject"), "=?") || strings.Contains(parsed.Header.Get("Subject"), "=?"),
			"CR":          strings.Contains(raw, "\r"),
		} {
			if is {
				counts[name]++
			}
		}
		id := parsed.Header.Get("Message-ID")
		if ids[id] {
			t.Errorf("message %d: its Message-ID %s was there before", m.N, id)
		}
		ids[id] = true
		switch re := strings.Trim(parsed.Header.Get("In-Reply-To"), " "); {
		case re == "" && parsed.Header.Get("Auto-Submitted") == "":
			threads++
		case re != "" && !ids[re]:
			t.Errorf("message %d answers %s, which did not come before it", m.N, re)
		}
	})
	for name, want := range map[string][2]int{
		"alternative": {28, 38}, "attachment": {12, 17}, "automatic": {4, 7}, "not UTF-8": {12, 30}, "encoded": {20, 60}, "CR": {0, 0},
	} {
		if got := counts[name] * 100 / n; got < want[0] || got > want[1] {
			t.Errorf("%s: %d%%, want %d to %d", name, got, want[0], want[1])
		}
	}
	if mean := bytes / n; mean < 22_000 || mean > 34_000 {
		t.Errorf("a message has %d bytes in the mean", mean)
	}
	if mean := float64(n) / float64(threads); mean < 3 || mean > 5 {
		t.Errorf("a conversation has %.1f messages in the mean", mean)
	}
}

func TestMboxAndMaildirAgree(t *testing.T) {
	dir := t.TempDir()
	box, err := Mbox(filepath.Join(dir, "x.mbox"), false)
	if err != nil {
		t.Fatal(err)
	}
	folder, err := Maildir(filepath.Join(dir, "x"))
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	take(1, 50, func(m Message) {
		m.Raw = append(bytes.Clone(m.Raw), "From here on\n>From there\n"...)
		all = append(all, m.Raw...)
		for _, w := range []Writer{box, folder} {
			if err := w.Write(m); err != nil {
				t.Fatal(err)
			}
		}
	})
	for _, w := range []Writer{box, folder} {
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got := unbox(t, filepath.Join(dir, "x.mbox")); !bytes.Equal(got, all) {
		t.Error("the mbox file holds other mails")
	}
	names, err := filepath.Glob(filepath.Join(dir, "x", "cur", "*"))
	if err != nil || len(names) != 50 {
		t.Fatalf("%d files in the Maildir, %v", len(names), err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(all, raw) {
			t.Errorf("%s is no mail of ours", name)
		}
	}
}

// unbox reads an mbox file back: without separators, blank ends and quotes.
func unbox(t *testing.T, path string) (out []byte) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		switch {
		case bytes.HasPrefix(line, []byte("From ")):
			out = bytes.TrimSuffix(out, []byte("\n"))
			if len(out) > 0 && !bytes.HasSuffix(out, []byte("\n")) {
				out = append(out, '\n')
			}
			continue
		case bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte("From ")):
			line = line[1:]
		}
		out = append(out, line...)
	}
	return bytes.TrimSuffix(out, []byte("\n"))
}

func TestLength(t *testing.T) {
	g := newGenerator(1)
	var all []int
	for range 20_000 {
		all = append(all, g.length())
	}
	sum := 0
	for _, n := range all {
		sum += n
	}
	if slices.Min(all) != 1 || slices.Max(all) > mostThread {
		t.Errorf("lengths from %d to %d", slices.Min(all), slices.Max(all))
	}
	if mean := float64(sum) / float64(len(all)); mean < 3.7 || mean > 4.3 {
		t.Errorf("mean length %.2f", mean)
	}
}
