package rest

import (
	"net/http"
	"testing"
	"time"
)

// The time is the server's, whatever ours says, from its first answer on; and what has
// passed since is added.
func TestTheTimeIsTheServers(t *testing.T) {
	theirs := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", theirs.Format(http.TimeFormat))
		_, _ = w.Write([]byte("{}"))
	})
	c := clientOf(t, Options{Base: s.URL})
	ours := time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)
	c.now = func() time.Time { return ours }
	c.clock.now = c.now
	if got := c.Now(); !got.Equal(ours) {
		t.Errorf("before any answer it is %s, not %s", got, ours)
	}
	for range 2 {
		if _, err := c.JSON(t.Context(), Call{Path: "x"}, &struct{}{}); err != nil {
			t.Fatal(err)
		}
		if got := c.Now(); !got.Equal(theirs) {
			t.Errorf("it is %s, not %s", got, theirs)
		}
		ours = ours.Add(time.Minute)
		if got, want := c.Now(), theirs.Add(time.Minute); !got.Equal(want) {
			t.Errorf("a minute later it is %s, not %s", got, want)
		}
		ours = ours.AddDate(-3, 0, 0) // somebody sets our clock
	}
}
