package weather

import (
	"encoding/json"
	"strconv"
)

// The names under which vendors tell how much there is, or how many pages.
var totals = []string{"count", "total", "total_count", "pages", "total_pages"}

// lie changes the totals of an answer; false if it has none.
func (w *Weather) lie(body []byte) ([]byte, bool) {
	var answer map[string]json.RawMessage
	if json.Unmarshal(body, &answer) != nil {
		return nil, false
	}
	lied := false
	for _, name := range totals {
		if n, err := strconv.Atoi(string(answer[name])); err == nil {
			answer[name] = json.RawMessage(strconv.Itoa(w.wrong(n)))
			lied = true
		}
	}
	if !lied {
		return nil, false
	}
	body, err := json.Marshal(answer)
	if err != nil {
		return nil, false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.met[Lie]++
	return body, true
}

// wrong is another number than n.
func (w *Weather) wrong(n int) int {
	others := []int{0, 1, n / 2, n - 1, n + 1, n + 1000}
	for {
		if m := others[w.random(len(others))]; m != n && m >= 0 {
			return m
		}
	}
}
