package table

import (
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// A sheet of messages may have no column of its own for what is private, and one that says
// what each is: comment, note, assignment. Taken for nothing, it would show customers notes.

// privateWords are words that say of a message that it is for agents alone.
const privateWords = `note,notes,private,internal,заметка,внутренний,внутренняя,внутреннее,приватный,приватное,служебный,служебная,notiz,intern,interne,privat,nota,privado,privada,interno,interna,notatka,notitie,notu,内部,备注,メモ,非公開`

// mostSorts is how many words a column may have that says of what sort a message is.
const mostSorts = 20

// saysPrivate tells a word, or several, one of which is such.
func (v *vocabulary) saysPrivate(s string) bool {
	for w := range strings.FieldsSeq(plain(s)) {
		if v.private[w] {
			return true
		}
	}
	return false
}

// sorts is the column that says of some messages that they are private; -1 if there is none.
// Only one that is called a type or a channel is looked at: an internal department is no note.
func (l *Layout) sorts(sample [][]string) int {
	for _, name := range []string{"type", "channel"} {
		c, picked := l.at[name]
		if !picked {
			continue
		}
		private, words := 0, map[string]bool{}
		for _, cell := range column(sample, c) {
			words[plain(cell)] = true
			if l.words.saysPrivate(cell) {
				private++
			}
		}
		if private > 0 && len(words) <= mostSorts {
			return c
		}
	}
	return -1
}

// pickSorts takes such a column for what is private, where no other is.
func (l *Layout) pickSorts(fixed map[string]bool, sample [][]string) {
	_, note := l.at["note"]
	_, public := l.at["public"]
	if l.Kind != desk.KindMessage || note || public || fixed["note"] || fixed["public"] {
		return
	}
	c := l.sorts(sample)
	f, ok := FieldNamed(l.Kind, "note")
	if c < 0 || !ok {
		return
	}
	l.Picks = slices.DeleteFunc(l.Picks, func(p Pick) bool {
		if p.Column == c { // it is the messages', and not their ticket's
			delete(l.at, p.Field.Name)
		}
		return p.Column == c
	})
	p := Pick{Field: f, Column: c, Sure: 0.8}
	l.pick(p)
	l.note(p)
	l.bySort = true
}
