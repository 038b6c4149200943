package znunytest

import (
	"flag"
	"net/http"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata/contract.txt anew from a real server (with -tags integration)")

const transcript = "testdata/contract.txt"

// sameAnswers holds answers to what the real server said.
func sameAnswers(t *testing.T, got string, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(transcript)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("the answers are not those of the transcript:\n%s", d)
	}
}

// The stand-in answers as a real Znuny did.
func TestContractOfStandIn(t *testing.T) {
	s := New()
	s.AddUser("ann")
	s.AddType("problem")
	s.AddField("opened", Field{Type: "DateTime"})
	s.AddField("urgent", Field{Type: "Checkbox"})
	s.AddField("size", Field{Type: "Dropdown", Values: []string{"big", "small"}})
	got, err := Contract(&http.Client{Transport: s.Transport()}, URL, User, Password)
	sameAnswers(t, got, err)
}
