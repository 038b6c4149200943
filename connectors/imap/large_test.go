package imap

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/imap/imaptest"
	"github.com/deskhaul/deskhaul/desk"
)

// largeLines is how many lines the file in the large message has, as base64.
const largeLines = 50 << 20 / 78

// A process of its own serves the large message: it holds it in memory.
func TestServeLargeMessage(t *testing.T) {
	if os.Getenv("IMAP_SERVE_LARGE") == "" {
		t.Skip("it serves another test")
	}
	s := imaptest.New(t, imaptest.Options{})
	head, _, _ := strings.Cut(letter("big"), "\r\n\r\n")
	s.Put("INBOX", head+"\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the file.\r\n"+
		"--b\r\nContent-Type: application/octet-stream; name=big\r\nContent-Transfer-Encoding: base64\r\n\r\n"+
		strings.Repeat(strings.Repeat("QUFB", 19)+"\r\n", largeLines)+"--b--\r\n")
	s.Put("INBOX", letter("a"))
	fmt.Printf("port %d\n", s.Port)
	_, _ = io.ReadAll(os.Stdin) // until the other test is over
}

// A message of 50 MB is moved whole and never held in memory.
func TestLargeMessage(t *testing.T) {
	if testing.Short() {
		t.Skip("50 MB")
	}
	r := newRig(t, imaptest.Options{})
	r.c.Port = serveLarge(t)
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	stop, most := make(chan struct{}), make(chan uint64)
	go func() {
		most <- watchHeap(stop)
	}()
	var n int64
	err := r.runWith(t.Context(), func(item connectors.Item) bool {
		if tk, ok := item.Record.(*desk.Ticket); ok && len(tk.Messages[0].Files) > 0 {
			n = length(t, tk.Messages[0].Files[0])
		}
		return true
	})
	close(stop)
	grown := int64(<-most) - int64(before.HeapAlloc)
	if err != nil {
		t.Fatal(err)
	}
	r.holds(0, "a", "big")
	if n != largeLines*19*3 {
		t.Errorf("the file has %d bytes, want %d", n, largeLines*19*3)
	}
	t.Logf("the heap grew by %d MB", grown>>20)
	if grown > 24<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
}

func serveLarge(t *testing.T) (port int) {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServeLargeMessage$")
	c.Env = append(os.Environ(), "IMAP_SERVE_LARGE=1")
	in, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = c.Wait() })
	if _, err := fmt.Fscanf(bufio.NewReader(out), "port %d", &port); err != nil {
		t.Fatal(err)
	}
	return port
}

func watchHeap(stop <-chan struct{}) (most uint64) {
	var now runtime.MemStats
	for {
		runtime.ReadMemStats(&now)
		most = max(most, now.HeapAlloc)
		select {
		case <-stop:
			return most
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func length(t *testing.T, file desk.File) int64 {
	t.Helper()
	f, err := file.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, f)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return n
}
