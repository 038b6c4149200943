package weather_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskhaul/deskhaul/connectors/conntest/line"
	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
)

const body = `{"count":40,"items":["a","b"],"total":41}`

// server counts what was done.
func server(acted *atomic.Int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			acted.Add(1)
		}
		_, _ = io.WriteString(w, body)
	})
}

// seen is what one request came to, told by its answer.
func seen(t *testing.T, way http.RoundTripper, method, address, token string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", token)
	if token == "" {
		r.Header.Del("Authorization")
	}
	resp, err := way.RoundTrip(r)
	if err != nil {
		return weather.Lost
	}
	defer func() { _ = resp.Body.Close() }() // it was read
	b, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		if string(b) != body[:len(body)/2] {
			t.Errorf("half an answer is %q", b)
		}
		return weather.Half
	case resp.StatusCode == 429 && resp.Header.Get("Retry-After") == "1":
		return weather.BusyFor
	case resp.StatusCode == 429 && resp.Header.Get("Retry-After") == "":
		return weather.Busy
	case resp.StatusCode == 401:
		return weather.Expired
	case resp.StatusCode >= 500:
		return weather.Broken
	case resp.StatusCode != 200:
		t.Errorf("status %d", resp.StatusCode)
	case method == http.MethodPost && string(b) != body:
		t.Errorf("the answer to a write is %s", b)
	}
	return "sound"
}

// Over a real line and over none, each fault is met as often as it should be, and what
// is met is what the client sees; then the weather stays fair of itself.
func TestEachFaultIsMet(t *testing.T) {
	for name, start := range map[string]func(*testing.T, http.Handler) string{
		"http": func(t *testing.T, h http.Handler) string {
			s := httptest.NewServer(h)
			t.Cleanup(s.Close)
			return s.URL
		},
		"no network": func(*testing.T, http.Handler) string { return "https://x.test" },
	} {
		t.Run(name, func(t *testing.T) {
			var acted atomic.Int64
			w := &weather.Weather{Seed: 7, Pause: time.Millisecond}
			h := w.Over(server(&acted))
			address, way := start(t, h), http.DefaultTransport
			if name == "no network" {
				way = line.To(h)
			}
			w.Foul(weather.Deck{Sort: weather.Write, Times: 3, Gap: 2})
			met := map[string]int{}
			sent := 0
			for ; len(w.Left()) > 0 && sent < 1000; sent++ {
				met[seen(t, way, http.MethodPost, address, "token x")]++
			}
			for _, fault := range []string{weather.BusyFor, weather.Busy, weather.Broken, weather.Lost, weather.Half} {
				if met[fault] != 3 || w.Met()[fault+", write"] != 3 {
					t.Errorf("%q was seen %d times, dealt %d times", fault, met[fault], w.Met()[fault+", write"])
				}
			}
			if met[weather.Expired] < 3 || w.Met()[weather.Slow+", write"] != 3 || met["sound"] < 3 {
				t.Errorf("%v %v", met, w.Met())
			}
			least, most := 3+met["sound"]+3, sent // lost, sound (the slow ones too), half; some of the broken
			if n := int(acted.Load()); n < least || n > most-met[weather.Expired]-6 {
				t.Errorf("the server acted %d times, want %d or some more", n, least)
			}
		})
	}
}

// A seed gives the same weather again.
func TestSeed(t *testing.T) {
	run := func() (out []string) {
		var acted atomic.Int64
		w := &weather.Weather{Seed: 3, Pause: time.Nanosecond}
		w.Foul(weather.Deck{Sort: weather.Read, Times: 2, Gap: 5})
		for len(w.Left()) > 0 {
			out = append(out, seen(t, line.To(w.Over(server(&acted))), http.MethodGet, "https://x.test", "token x"))
		}
		return out
	}
	if a, b := run(), run(); !slices.Equal(a, b) {
		t.Errorf("%q and then %q", a, b)
	}
}

// Links to files carry no token, and none can expire there.
func TestLinksDoNotExpire(t *testing.T) {
	var acted atomic.Int64
	w := &weather.Weather{Pause: time.Nanosecond}
	w.Foul(weather.Deck{Sort: weather.Read, Times: 1})
	for range 50 {
		if got := seen(t, line.To(w.Over(server(&acted))), http.MethodGet, "https://x.test", ""); got == weather.Expired {
			t.Fatal("it expired")
		}
	}
	if left := w.Left(); !slices.Equal(left, []string{weather.Expired + ", read"}) {
		t.Errorf("to come are %q", left)
	}
}

// Each total of an answer is another than the true one, and all else as it is.
func TestLies(t *testing.T) {
	var acted atomic.Int64
	w := &weather.Weather{Totals: true}
	way := line.To(w.Over(server(&acted)))
	type answer struct {
		Count, Total int
		Items        []string
	}
	get := func() (a answer) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://x.test", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := way.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }() // it was read
		if err := json.NewDecoder(resp.Body).Decode(&a); err != nil || len(a.Items) != 2 {
			t.Fatalf("%v %v", a, err)
		}
		return a
	}
	w.Foul()
	if left := w.Left(); !slices.Equal(left, []string{weather.Lie}) {
		t.Errorf("to come are %q", left)
	}
	for range 50 {
		if a := get(); a.Count == 40 || a.Total == 41 || a.Count < 0 {
			t.Errorf("it says %+v", a)
		}
	}
	if n := w.Met()[weather.Lie]; n != 50 || len(w.Left()) > 0 {
		t.Errorf("%d lies are counted, to come are %q", n, w.Left())
	}
	w.Fair()
	if a := get(); a.Count != 40 || a.Total != 41 {
		t.Errorf("in fair weather it says %+v", a)
	}
}

// Nobody who gives up waits for a slow loris, and nothing stays behind.
func TestSlowLoris(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var acted atomic.Int64
		w := &weather.Weather{Pause: time.Hour}
		w.Foul(weather.Deck{Sort: weather.Write, Times: 1})
		client := &http.Client{Transport: line.To(w.Over(server(&acted))), Timeout: time.Minute}
		slow := 0
		for range 40 {
			began := time.Now()
			resp, err := client.Post("https://x.test", "application/json", strings.NewReader("{}"))
			if err != nil {
				continue
			}
			if _, err := io.ReadAll(resp.Body); err != nil && time.Since(began) == time.Minute {
				slow++
			}
			_ = resp.Body.Close()
		}
		if slow != 1 || len(w.Left()) != 1 { // an expired token needs one
			t.Errorf("%d answers were slow, to come are %q", slow, w.Left())
		}
	})
}
