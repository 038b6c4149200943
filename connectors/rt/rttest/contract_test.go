package rttest

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata/contract.txt anew from a real server (with -tags integration)")

const transcript = "testdata/contract.txt"

// sameAnswers holds an answer to what the real server said.
func sameAnswers(t *testing.T, base, token string) {
	t.Helper()
	got, err := Contract(base, token)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(transcript)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("the answers are not those of a real server (-real +here):\n%s", d)
	}
}

// The stand-in answers as a real Request Tracker did.
func TestContract(t *testing.T) {
	s := New()
	s.Fields, s.Guarded, s.Undated = []string{"plan"}, true, true
	sameAnswers(t, s.Start(t.Cleanup), Token)
}
