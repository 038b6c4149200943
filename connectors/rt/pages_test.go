package rt

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskhaul/deskhaul/connectors"
	"github.com/deskhaul/deskhaul/connectors/rest"
)

// listOf reads a list whose pages a server gives by their numbers.
func listOf(t *testing.T, answer func(page string) string) (got []string, asked int, last error) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		page := r.URL.Query().Get("page")
		if page == "" {
			page = "1"
		}
		_, _ = fmt.Fprint(w, answer(page))
	}))
	defer s.Close()
	c, err := newClient(&Config{URL: s.URL, Token: "x", wait: time.Millisecond}, connectors.Env{HTTP: http.DefaultClient, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for row, err := range pages[made](t.Context(), c, rest.Call{Path: "things"}) {
		if last = err; err == nil {
			got = append(got, string(row.ID))
		}
		if len(got) > 20 {
			t.Fatal("no end")
		}
	}
	return got, asked, last
}

// A list whose length RT does not tell is read past a page of which the account may see
// nothing.
func TestListsOfUnknownLength(t *testing.T) {
	items := map[string]string{"1": `{"id":"a"},{"id":"b"}`, "3": `{"id":"c"}`}
	got, asked, err := listOf(t, func(page string) string {
		return fmt.Sprintf(`{"page":%s,"total":null,"items":[%s]}`, page, items[page])
	})
	if err != nil || !slices.Equal(got, []string{"a", "b", "c"}) || asked != 5 {
		t.Errorf("%q after %d calls, %v", got, asked, err)
	}
	got, asked, err = listOf(t, func(string) string { return `{"page":1,"total":1,"items":[{"id":"a"}]}` })
	if err != nil || len(got) != 1 || asked != 1 {
		t.Errorf("a known length: %q after %d calls, %v", got, asked, err)
	}
}

// A server that gives the first page for any other would be read for ever.
func TestListsThatDoNotGoOn(t *testing.T) {
	got, _, err := listOf(t, func(string) string { return `{"page":1,"total":null,"items":[{"id":"a"}]}` })
	if err == nil || !strings.Contains(err.Error(), "asked for page 2") || len(got) != 1 {
		t.Errorf("%q, %v", got, err)
	}
}
