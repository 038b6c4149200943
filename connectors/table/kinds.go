package table

import (
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// KindNamed reads the kind of a sheet as people write it, singular or plural, in
// the languages of the dictionary; "" if the word says none.
func KindNamed(word string) desk.Kind {
	word = plain(word)
	for kind, words := range kindWords() {
		for _, w := range words {
			if word == w {
				return kind
			}
		}
	}
	return ""
}

// KindInName looks for the name of a kind inside the name of a file or sheet.
func KindInName(name string) desk.Kind {
	var found desk.Kind
	at := -1
	for kind, words := range kindWords() {
		for _, w := range words {
			// The last word of a name says what it is: ticket_comments holds comments.
			if i := lastWord(plain(name), w); i > at || i == at && i >= 0 && kind < found {
				found, at = kind, i
			}
		}
	}
	return found
}

func lastWord(name, word string) int {
	i := strings.LastIndex(" "+name+" ", " "+word+" ")
	if i < 0 && len(word) > 6 {
		i = strings.LastIndex(name, word)
	}
	return i
}

// idleWords stand beside the word that says what a sheet holds.
const idleWords = "data dump export exported list all full report table view csv backup latest new выгрузка экспорт список все данные " +
	"отчет daten liste alle bericht donnees datos lista dati dados 导出 列表 エクスポート 一覧"

// kindOfName reads a name that is a word for a kind, with nothing behind it that
// could say otherwise: support_tickets and clients-2024 but not ticket_history.
func kindOfName(name string) desk.Kind {
	words := strings.Fields(plain(name))
	idle := strings.Fields(idleWords)
	for n := len(words); n > 0 && (strings.Trim(words[n-1], "0123456789") == "" || slices.Contains(idle, words[n-1])); n-- {
		words = words[:n-1]
	}
	for n := min(2, len(words)); n > 0; n-- {
		if kind := KindNamed(strings.Join(words[len(words)-n:], " ")); kind != "" {
			return kind
		}
	}
	return ""
}

// signs are the columns that a sheet of a kind has and others have not: all
// fields of one line, each named so that it cannot be mistaken.
const signs = `
message ticket text
message ticket html
ticket subject status
ticket subject requester
ticket subject requester_name
ticket subject requester_email
ticket subject description
ticket subject priority
ticket status requester
ticket status requester_name
ticket status requester_email
contact name email
contact name phone
contact first_name email
contact last_name email
agent name email groups
organization name domains
category name parent
`

// SheetKind tells what the rows of a sheet are where its own name, or the names
// of its columns, say it clearly, and whether it was the sheet's name. It gives ""
// where they do not: rows taken for what they are not do more harm than rows left
// out.
func SheetKind(name string, names []string, sample [][]string) (kind desk.Kind, byName bool) {
	for _, kind := range append([]desk.Kind{desk.KindMessage}, desk.Kinds...) {
		if slices.Equal(Columns(kind), names) { // our own writing
			return kind, true
		}
	}
	if kind := kindOfName(name); kind != "" {
		return kind, true
	}
	return bySigns(names, sample, certain), false
}

// GuessKind tells what the rows of a sheet are likely to be by the names of its
// columns; "" if nothing speaks for any kind.
func GuessKind(names []string, sample [][]string) desk.Kind { return bySigns(names, sample, least) }

func bySigns(names []string, sample [][]string, sure float64) (kind desk.Kind) {
	scores := map[desk.Kind]float64{}
	for line := range strings.Lines(signs) {
		words := strings.Fields(line)
		if len(words) > 0 {
			k := desk.Kind(words[0])
			scores[k] = max(scores[k], signed(k, words[1:], names, sample, sure))
		}
	}
	best := 0.0
	for _, k := range append([]desk.Kind{desk.KindMessage}, desk.Kinds...) {
		if scores[k] > best {
			kind, best = k, scores[k]
		}
	}
	return kind
}

// certain is how sure a guess must be to say what a sheet is.
const certain = 0.9

// signed scores a kind by all columns that it has a meaning for; 0 where one of
// the fields is missing.
func signed(kind desk.Kind, fields, names []string, sample [][]string, sure float64) float64 {
	score := float64(len(fields)) / 2
	found := 0
	for _, p := range guess(kind, names, sample, nil, nil) {
		score += p.Sure
		if p.Sure >= sure && slices.Contains(fields, p.Field.Name) {
			found++
		}
	}
	if found < len(fields) {
		return 0
	}
	return score
}
