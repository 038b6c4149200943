package pipeline

import (
	"testing"
	"time"
)

// A target is waited for as long as an outage may last, and one that has answered nothing
// yet for a fifth of that.
func TestPatienceOfAVerification(t *testing.T) {
	v := new(Verification)
	if got := v.patience(); got != 2*time.Minute {
		t.Errorf("where nothing was answered: %s", got)
	}
	v.answers.came(time.Now())
	if got := v.patience(); got != 10*time.Minute {
		t.Errorf("where something was: %s", got)
	}
}
