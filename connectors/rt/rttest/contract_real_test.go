//go:build integration

package rttest

import (
	"os"
	"testing"
)

// A real Request Tracker answers as it did when the transcript was written.
func TestContractOfRealServer(t *testing.T) {
	t.Cleanup(Forget)
	s := StartReal(t)
	if *update {
		got, err := Contract(s.URL, s.Token)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(transcript, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	sameAnswers(t, s.URL, s.Token)
}
