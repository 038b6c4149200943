package lives

import (
	"net/http"
	"net/http/httptest"

	"github.com/deskhaul/deskhaul/connectors/conntest/weather"
)

// foul lets the weather be so for one command.
func (l *life) foul() {
	l.calm = l.rng.IntN(4) == 0
	if l.calm {
		l.weather.Fair()
		return
	}
	gap := []int{3, 8, 20}[l.rng.IntN(3)]
	l.weather.Foul(weather.Deck{Sort: weather.Read, Times: 1, Gap: 6 * gap}, weather.Deck{Sort: weather.Write, Times: 1, Gap: gap})
}

// over is the stand-in with what befalls single requests to it besides the weather. Of a
// process that is killed no request comes any more.
func (l *life) over(next http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		switch what := l.strike(r); what {
		case "refused":
			l.far.Refuse(out, r)
		case "killed before":
			panic(http.ErrAbortHandler)
		case "killed after":
			next.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		default:
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			l.told(r, rec.Code)
			for name, v := range rec.Header() {
				out.Header()[name] = v
			}
			out.WriteHeader(rec.Code)
			_, _ = out.Write(rec.Body.Bytes()) // who does not listen any more misses nothing
		}
	})
}

// strike is what befalls a request.
func (l *life) strike(r *http.Request) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.store.dead.Load() {
		return "killed before"
	}
	reads := r.Method == http.MethodGet || l.far.Reads != nil && l.far.Reads(r)
	if l.planning && !reads {
		l.planned = append(l.planned, r.Method+" "+r.URL.Path)
	}
	if l.calm || reads {
		return ""
	}
	what := ""
	switch l.rng.IntN(24) {
	case 0:
		if !l.deleting {
			what = "refused"
		}
	case 1:
		what = "stopped"
		l.stop()
	case 2, 3:
		what = []string{"killed before", "killed after"}[l.rng.IntN(2)]
		l.store.dead.Store(true)
		l.stop()
	}
	if what != "" {
		l.put("      %s: %s %s", what, r.Method, r.URL.Path)
	}
	return what
}
