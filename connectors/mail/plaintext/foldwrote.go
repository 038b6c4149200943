package plaintext

import (
	"strings"
	"unicode/utf8"
)

// heads are the names in header blocks, as mail programs write them in their
// languages.
var heads = headTable()

func headTable() map[string]headSort {
	const from = "from|von|de|da|van|od|från|fra|lähettäjä|от|от кого|від|kimden|gönderen|feladó|de la|από|发件人|寄件者|寄件人|差出人|送信者|보낸 사람|보낸사람|מאת|من|expéditeur|remitente|mittente"
	const other = "sent|to|cc|bcc|subject|date|reply-to|reply to|importance|attachments|" +
		"gesendet|an|betreff|datum|antwort an|kopie|cc an|" +
		"envoyé|à|objet|date|répondre à|copie à|enviado|enviado el|enviada|enviado em|para|asunto|assunto|fecha|data|responder a|" +
		"inviato|a|oggetto|risposta|verzonden|aan|onderwerp|wysłano|wysłane|data wysłania|do|dw|temat|" +
		"skickat|till|ämne|kopia|sendt|til|emne|dato|lähetetty|vastaanottaja|aihe|päivämäärä|kopio|" +
		"отправлено|дата|кому|копия|тема|надіслано|копія|gönderildi|gönderilme|tarih|kime|konu|bilgi|odesláno|komu|předmět|predmet|" +
		"elküldve|dátum|címzett|tárgy|trimis|către|subiect|ημερομηνία|προς|θέμα|" +
		"发送时间|发送日期|收件人|抄送|主题|日期|时间|寄件日期|傳送時間|收件者|副本|主旨|送信日時|日付|日時|宛先|件名|" +
		"보낸 날짜|날짜|받는 사람|받는사람|참조|제목|נשלח|אל|עותק|נושא|תאריך|تاريخ|التاريخ|إلى|الموضوع|نسخة|أرسلت"
	t := map[string]headSort{}
	for w := range strings.SplitSeq(other, "|") {
		t[w] = headOther
	}
	for w := range strings.SplitSeq(from, "|") {
		t[w] = headFrom
	}
	return t
}

// wroteWords are what "wrote" is in the languages of mail.
var wroteWords = [...]string{
	"wrote", "writes", "said", "schrieb", "schreibt", "geschrieben", "écrit", "ecrit", "escribió", "escribio", "ha scritto", "scritto", "escreveu",
	"escreveram", "schreef", "geschreven", "napisał", "pisze", "skrev", "skriver", "kirjoitti", "написал", "написала", "написав", "написала", "писал", "писала",
	"пишет", "пише", "сообщил", "yazdı", "şunu yazdı", "napsal", "napísal", "írta", "a scris", "έγραψε", "写道", "写到", "寫道", "撰寫", "のメール", "wrote",
	"書きました", "님이 작성", "작성:", "כתב", "כתבה", "كتب", "kirjutas", "rašė", "je napisal", "va escriure", "viết", "เขียนว่า", "va escriure",
}

// openWords begin such a line.
var openWords = [...]string{
	"on ", "at ", "in ", "le ", "am ", "el ", "il ", "em ", "op ", "w dniu", "dnia ", "den ", "på ", "ons", "tor", "dne ", "v ", "在 ", "в ", "on\u00a0", "pada ", "la data", "στις ",
	"a(z) ", "ב", "بتاريخ", "в письме", "le\u00a0", "от ", "вс", "пн", "вт", "ср", "чт", "пт", "сб",
}

// maybeWrote is the quick look: whether a line may end "On ... wrote:".
func maybeWrote(s string) bool {
	s = strings.TrimRight(s, "* ")
	switch last := s[max(0, len(s)-1):]; last {
	case ":":
		return true
	case ">":
		return isNumeral(s[0])
	}
	return strings.HasSuffix(s, "：") || s != "" && isNumeral(s[0]) && len(s) < 100 && strings.Contains(s, "GMT+")
}

// brokenWrote is how many lines before its last such a phrase may begin.
const brokenWrote = 6

// classifyWrote marks the line if it ends such a phrase, and those before it if
// the phrase begins there.
func (f *folder) classifyWrote(text string, i int, s string) {
	reach := 2
	if s[0] == '>' {
		reach = brokenWrote
	}
	for k := min(reach, i); k > 0; k-- {
		if !f.texts(i-k, i) {
			continue
		}
		whole := strings.TrimSpace(text[f.lines[i-k].start:f.lines[i].end])
		if len(whole) < 500 && opens(whole) && isWroteText(whole) {
			f.lines[i-k].sort = isWrote
			for j := i - k + 1; j <= i; j++ {
				f.lines[j].sort = isWroteMore
			}
			return
		}
	}
	if isWroteText(s) || strings.Contains(s, "GMT+") && dated(s) {
		f.lines[i].sort = isWrote
	}
}

// texts tells whether lines from to before to are such as a phrase may be broken
// into: the first is text, the others may be empty where the mail doubles its lines.
func (f *folder) texts(from, to int) bool {
	if f.lines[from].sort != isText {
		return false
	}
	for i := from + 1; i < to; i++ {
		if s := f.lines[i].sort; s != isText && (s != isEmpty || to-from <= 2) {
			return false
		}
	}
	return true
}

// isWroteText tells whether s says who wrote, and when or from which address.
func isWroteText(s string) bool {
	addressed := strings.Contains(s, "@")
	if containsOf(strings.ToLower(s), wroteWords[:]) {
		return addressed || hasDigit(s)
	}
	return addressed && dated(s)
}

// opens tells whether a phrase of several lines begins where s does: with an
// opening word or a number, and a date; or with who wrote.
func opens(s string) bool {
	if !dated(s) {
		return false
	}
	first, _, _ := strings.Cut(s, "\n")
	first = strings.TrimSpace(first)
	low := strings.ToLower(first)
	switch {
	case len(first) == 0 || len(first) > 200 || strings.HasSuffix(first, ":"):
		return false
	case strings.Contains(first, "@") && containsOf(low, wroteWords[:]):
		return true
	case !dated(first) || strings.HasSuffix(first, "."):
		return false
	}
	return isNumeral(s[0]) || hasPrefixOf(low, openWords[:]) || s[0] >= utf8.RuneSelf
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

// dated tells whether s holds a year, or a clock beside another number.
func dated(s string) bool {
	for i := 0; i < len(s); {
		if !isNumeral(s[i]) {
			i++
			continue
		}
		j := i
		for j < len(s) && isNumeral(s[j]) {
			j++
		}
		if j-i == 4 && (s[i:i+2] == "19" || s[i:i+2] == "20") {
			return true
		}
		i = j
	}
	return false
}

func isNumeral(c byte) bool { return '0' <= c && c <= '9' }
