package znuny

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/deskhaul/deskhaul/connectors/conntest"
	"github.com/deskhaul/deskhaul/connectors/znuny/znunytest"
)

// The files of an answer are laid beside it, whatever stands around them, and what is left
// is the answer without them.
func TestPourTakesFilesOut(t *testing.T) {
	long := bytes.Repeat([]byte("0123456789abcdef"), 20_000)
	answer, err := json.Marshal(object{"Ticket": []object{{
		"TicketID": 1, "Title": `"Content":"no file"`, "Article": []object{{"ArticleID": 2, "Body": `say "Content": \`, "Attachment": []object{
			{"Filename": "Content", "ContentType": "a/b", "Content": base64.StdEncoding.EncodeToString(long)}, {"Content": "", "Filename": "empty"}, {"Filename": "x", "Content": "eA==\n"},
		}}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	var left bytes.Buffer
	p, err := pour(bytes.NewReader(answer), &left, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	tk, err := oneTicket("1", left.Bytes())
	if err != nil || tk.Title != `"Content":"no file"` || len(tk.Articles) != 1 || tk.Articles[0].Body != `say "Content": \` {
		t.Fatalf("%+v, %v", tk, err)
	}
	b, err := os.ReadFile(p.path)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{string(long), "", "x"} {
		f := tk.Articles[0].Attachments[i]
		from, size := p.section(int(f.Content.number()))
		if got := string(b[from : from+size]); got != want {
			t.Errorf("file %q has %d bytes, want %d", f.Name, len(got), len(want))
		}
	}
}

// Half an answer is none, wherever it ends.
func FuzzPour(f *testing.F) {
	f.Add([]byte(`{"Ticket":[{"TicketID":1,"Content":"AAEC","x":"\""}]}`), 10)
	f.Add([]byte(`{"Content" : "A\/E=\n", "a":{"Content":7}}`), 100)
	f.Fuzz(func(t *testing.T, answer []byte, n int) {
		folder := t.TempDir()
		var left bytes.Buffer
		p, err := pour(bytes.NewReader(answer[:min(max(n, 0), len(answer))]), &left, folder)
		if err == nil {
			_ = os.Remove(p.path)
		}
		if there, _ := os.ReadDir(folder); len(there) > 0 {
			t.Errorf("%d files are left behind (%v)", len(there), err)
		}
	})
}

// A large file takes no memory of its own.
func TestLargeFileIsStreamed(t *testing.T) {
	const size = 64 << 20
	r, w := io.Pipe()
	go func() {
		_, _ = io.WriteString(w, `{"Ticket":[{"TicketID":1,"Article":[{"ArticleID":1,"Attachment":[{"Content":"`)
		enc := base64.NewEncoder(base64.StdEncoding, w)
		_, err := io.CopyN(enc, zeros{}, size)
		_ = errors.Join(err, enc.Close())
		_, _ = io.WriteString(w, `"}]}]}]}`)
		_ = w.Close()
	}()
	var left bytes.Buffer
	p, err := pour(r, &left, t.TempDir())
	if err != nil || p.size() != size || left.Len() > 200 {
		t.Errorf("%v; %d bytes are left in memory", err, left.Len())
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// Files whose bytes are asked for again stand where they stood.
func TestManyFilesKeepTheirBytes(t *testing.T) {
	s := znunytest.New()
	var files []znunytest.File
	for i := range 23 { // Znuny sorts their numbers as texts
		files = append(files, znunytest.File{Name: fmt.Sprintf("f%02d.txt", 22-i), Type: "text/plain", Content: []byte(strings.Repeat(fmt.Sprint(22-i), 100))})
	}
	s.AddTicket(znunytest.Ticket{Articles: []*znunytest.Article{{From: "a@a.test", Body: "x", Visible: true, Files: files}}})
	src := sourceOf(t, configOf(), envOf(t, s.Transport()))
	r, err := src.fetchTicket(t.Context(), "1")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range filesIn(r) {
		src.spool.clear()
		if want := strings.Repeat(strings.TrimPrefix(strings.TrimSuffix(strings.TrimPrefix(f.Name, "f"), ".txt"), "0"), 100); string(conntest.BytesOf(t, f)) != want && f.Name != "f00.txt" {
			t.Errorf("%s has other bytes", f.Name)
		}
	}
}
