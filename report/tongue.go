package report

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

// Tongue is a language that pages and summaries for people are in. What is said stands in
// the code in English; another tongue has its own words for each of these sentences.
type Tongue struct {
	Name string // as --lang says it
	p    *message.Printer
}

var tongues = sync.OnceValue(func() *catalog.Builder {
	b := catalog.NewBuilder(catalog.Fallback(language.English))
	for _, all := range []struct {
		tag language.Tag
		of  map[string][]catalog.Message
	}{{language.English, englishCounts}, {language.Russian, russian()}} {
		for key, said := range all.of {
			if err := b.Set(all.tag, key, said...); err != nil {
				panic(fmt.Sprintf("%s: %q: %v", all.tag, key, err)) // they are compiled in
			}
		}
	}
	return b
})

// english is the tongue of terminals, and of what programs read.
func english() Tongue {
	return Tongue{"en", message.NewPrinter(language.English, message.Catalog(tongues()))}
}

// TongueOf is a language by its name: en or ru.
func TongueOf(name string) (Tongue, error) {
	tags := map[string]language.Tag{"en": language.English, "ru": language.Russian}
	tag, known := tags[strings.ToLower(name)]
	if !known {
		return Tongue{}, fmt.Errorf("--lang %q: pages are in en or ru", name)
	}
	return Tongue{strings.ToLower(name), message.NewPrinter(tag, message.Catalog(tongues()))}, nil
}

// Say says a sentence in the tongue. Numbers have its separators.
func (t Tongue) Say(sentence string, args ...any) string { return t.p.Sprintf(sentence, args...) }

// Bytes is a size as people say it.
func (t Tongue) Bytes(n int64) string {
	units := []string{"bytes", "kB", "MB", "GB", "TB"}
	size, u := float64(n), 0
	for size >= 1000 && u < len(units)-1 {
		size, u = size/1000, u+1
	}
	if u == 0 || size >= 100 {
		return t.p.Sprintf("%.0f", size) + " " + t.Say(units[u])
	}
	return t.p.Sprintf("%.1f", size) + " " + t.Say(units[u])
}

// Percent is a share of one as people say it.
func (t Tongue) Percent(share float64) string {
	switch {
	case share > 0 && share < 0.001:
		return t.p.Sprintf("%.2f", 100*share) + " %"
	case share > 0 && share < 0.1:
		return t.p.Sprintf("%.1f", 100*share) + " %"
	}
	return t.p.Sprintf("%.0f", 100*share) + " %"
}

// Day is a date, the same in all tongues.
func (t Tongue) Day(at time.Time) string {
	if at.IsZero() {
		return "–"
	}
	return at.Format(time.DateOnly)
}

// Minute is a time of the place where the page is made.
func (t Tongue) Minute(at time.Time) string { return at.Local().Format("2006-01-02 15:04 MST") }

// Took is a time that something took.
func (t Tongue) Took(d time.Duration) string {
	if d < time.Minute {
		return t.units(Duration(d))
	}
	return t.units(Span(d))
}

// units puts the units of a span or a figure into the tongue.
func (t Tongue) units(said string) string {
	if t.Name == "en" {
		return said
	}
	words := strings.Split(said, " ")
	for i, w := range words {
		bare := strings.TrimRight(w, ",")
		if unit, known := unitWords[bare]; known {
			words[i] = t.Say(unit) + w[len(bare):]
		}
	}
	return strings.Join(words, " ")
}

// unitWords are the words in spans and figures, and what is said for them.
var unitWords = map[string]string{"ms": "ms", "s": "s", "min": "min", "h": "h", "d": "d", "of": "out of", "tickets": "tickets"}

// field is what a field is called in the tongue, where it is one of ours.
func (t Tongue) field(name string) string {
	if said, ok := russianFields[name]; ok && t.Name == "ru" {
		return said
	}
	return name
}

// Weekday is a day of the week, Monday being 0, in short.
func (t Tongue) Weekday(n int) string {
	return t.Say([]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}[n%7])
}
