package rest

import (
	"encoding/json"
	"testing"
	"time"
)

// Times come at any offset; what is no time is none, and no error.
func TestMoment(t *testing.T) {
	at := time.Date(2020, 2, 3, 4, 5, 6, 0, time.UTC)
	for in, want := range map[string]time.Time{
		`"2020-02-03T04:05:06Z"`: at, `"2020-02-03T06:05:06+02:00"`: at, `""`: {}, `null`: {}, `7`: {}, `"yesterday"`: {}, `{}`: {},
	} {
		var m Moment
		if err := json.Unmarshal([]byte(in), &m); err != nil || !m.Equal(want) {
			t.Errorf("%s: %v, %v", in, m, err)
		}
	}
}
