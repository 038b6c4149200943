package rest

import (
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

// vendor allows so many calls in each minute of its clock, and says how many are left.
type vendor struct {
	allowed, used, refused, sent int
	began                        time.Time
	others                       int // calls that somebody else makes at the beginning of each minute
	silent                       bool
}

func (v *vendor) RoundTrip(r *http.Request) (*http.Response, error) {
	if now := time.Now(); now.Sub(v.began) >= time.Minute {
		v.began, v.used = now.Truncate(time.Minute), v.others
	}
	h := http.Header{}
	left := v.allowed - v.used
	reset := time.Minute - time.Since(v.began)
	resp := &http.Response{StatusCode: 200, Header: h, Body: http.NoBody, Request: r}
	v.sent++
	if left <= 0 {
		v.refused++
		resp.StatusCode = 429
		h.Set("Retry-After", strconv.Itoa(int(reset.Seconds())+1))
	} else {
		v.used++
	}
	if !v.silent {
		h.Set("Limit", strconv.Itoa(v.allowed))
		h.Set("Remaining", strconv.Itoa(max(0, left-1)))
		h.Set("Reset", strconv.Itoa(int(reset.Seconds())))
	}
	return resp, nil
}

func headers(h http.Header, classes []string) map[string]Allowance {
	number := func(name string) int {
		n, err := strconv.Atoi(h.Get(name))
		if err != nil {
			return -1
		}
		return n
	}
	if h.Get("Limit") == "" {
		return nil
	}
	return map[string]Allowance{classes[0]: {Limit: number("Limit"), Remaining: number("Remaining"), Reset: time.Duration(number("Reset")) * time.Second}}
}

// run sends for ten minutes, as fast as it may.
func run(t *testing.T, v *vendor, o Options) (perMinute float64) {
	v.began, v.used = time.Now().Truncate(time.Minute), v.others
	o.Env.Now = time.Now
	p, err := newPacer(o)
	if err != nil {
		t.Fatal(err)
	}
	line := p.line(v)
	begin := time.Now()
	for time.Since(begin) < 10*time.Minute {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://x.test/", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := line.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	return float64(v.sent-v.refused) / 10
}

func TestPace(t *testing.T) {
	for _, c := range []struct {
		name        string
		v           vendor
		o           Options
		least, most float64 // calls a minute
	}{
		{"all that is allowed", vendor{allowed: 200}, Options{Allowances: headers}, 196, 200.5},
		{"the limit is known, no header says it", vendor{allowed: 200, silent: true}, Options{Limits: map[string]Limit{"": {200, time.Minute}}}, 196, 200.5},
		{"a share", vendor{allowed: 200}, Options{Allowances: headers, Settings: Settings{Budget: "60%"}}, 117, 121},
		{"others call too", vendor{allowed: 200, others: 150}, Options{Allowances: headers}, 45, 51},
		{"few", vendor{allowed: 10}, Options{Allowances: headers}, 9.5, 10.5},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got := run(t, &c.v, c.o)
				if got < c.least || got > c.most {
					t.Errorf("%.1f calls a minute, want %.1f to %.1f", got, c.least, c.most)
				}
				if c.v.refused > 12 {
					t.Errorf("%d calls of %d were refused", c.v.refused, c.v.sent)
				}
			})
		})
	}
}

// One class that must wait does not hold up another.
func TestClassesWaitApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := Options{
			Limits:  map[string]Limit{"slow": {1, time.Hour}, "fast": {100, time.Minute}},
			Classes: func(r *http.Request) []string { return []string{r.URL.Path} },
		}
		o.Env.Now = time.Now
		p, err := newPacer(o)
		if err != nil {
			t.Fatal(err)
		}
		p.reserve([]string{"slow"})
		if d := p.reserve([]string{"slow"}); d < 59*time.Minute {
			t.Errorf("the slow class may go on after %s", d)
		}
		if d := p.reserve([]string{"fast"}); d > 0 {
			t.Errorf("the fast class waits for %s", d)
		}
	})
}

// What few calls are allowed of may all be sent at once, and never more than so many
// in any minute.
func TestScarceClass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := Options{Limits: map[string]Limit{"": {10, time.Minute}}}
		o.Env.Now = time.Now
		p, err := newPacer(o)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		var sent []time.Time
		for range 100 {
			if err := p.wait(t.Context(), []string{""}); err != nil {
				t.Fatal(err)
			}
			sent = append(sent, time.Now())
			time.Sleep(time.Duration(len(sent)%4) * time.Second)
		}
		if d := sent[9].Sub(began); d > 20*time.Second {
			t.Errorf("the first ten calls were held up: they took %s", d)
		}
		for i := 10; i < len(sent); i++ {
			if d := sent[i].Sub(sent[i-10]); d < time.Minute {
				t.Errorf("call %d is sent %s after the tenth before it", i, d)
			}
		}
		if d := sent[99].Sub(began); d > 10*time.Minute {
			t.Errorf("100 calls took %s", d)
		}
	})
}
