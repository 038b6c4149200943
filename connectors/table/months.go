package table

import (
	"strings"
	"sync"
)

// monthNames lists the months of each language, each word as plain writes it.
// Inflected forms are found by their beginnings.
const monthNames = `
january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct|november nov|december dec
январь января янв|февраль февраля фев февр|март марта мар|апрель апреля апр|май мая|июнь июня июн|июль июля июл|август августа авг|сентябрь сентября сен сент|октябрь октября окт|ноябрь ноября ноя нояб|декабрь декабря дек
januar janner|februar|marz mrz|april|mai|juni|juli|august|september|oktober okt|november|dezember dez
janvier janv|fevrier fevr fev|mars|avril avr|mai|juin|juillet juil|aout|septembre|octobre|novembre|decembre
enero ene|febrero|marzo|abril abr|mayo|junio|julio|agosto ago|septiembre|octubre|noviembre|diciembre dic
gennaio gen|febbraio|marzo|aprile|maggio mag|giugno giu|luglio lug|agosto|settembre set|ottobre ott|novembre|dicembre
janeiro|fevereiro|marco|abril|maio|junho|julho|agosto|setembro|outubro out|novembro|dezembro
stycznia styczen sty|lutego luty lut|marca marzec|kwietnia kwiecien kwi|maja maj|czerwca czerwiec cze|lipca lipiec lip|sierpnia sierpien sie|wrzesnia wrzesien wrz|pazdziernika pazdziernik paz|listopada listopad lis|grudnia grudzien gru
januari|februari|maart mrt|april|mei|juni|juli|augustus|september|oktober|november|december
ocak oca|subat sub|mart|nisan nis|mayis|haziran haz|temmuz tem|agustos agu|eylul eyl|ekim eki|kasim kas|aralik ara
`

// months is parsed once and never changed.
var months = sync.OnceValue(func() map[string]int {
	m := map[string]int{}
	for line := range strings.Lines(monthNames) {
		for i, names := range strings.Split(strings.TrimSpace(line), "|") {
			for name := range strings.FieldsSeq(names) {
				m[plain(name)] = i + 1
			}
		}
	}
	return m
})

// monthNamed finds a month by its name or short form; 0 if the word is none.
func monthNamed(word string) int { return months()[plain(word)] }
