package plaintext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// headSort is what a line of a header block holds.
type headSort byte

const (
	headNone headSort = iota
	headFrom
	headOther
	headSignature // of a rule: it is the "-- " of RFC 3676 section 4.3
)

// mobileWindow is how many lines before the history are looked at for the marks
// of telephones.
const mobileWindow = 40

// classify tells what each line is.
func (f *folder) classify(text string) {
	last, fenced := 0, false
	for i := range f.lines {
		l := &f.lines[i]
		s := strings.TrimSpace(text[l.start:l.end])
		switch {
		case s == "" || s == "\u200b" || s == "\ufeff":
			l.sort = isEmpty
		case strings.HasPrefix(s, "```"):
			fenced = !fenced
		case fenced: // code, whatever it looks like
		case s[0] == '>' && len(s) < 12 && strings.HasSuffix(s, ":"):
			if f.classifyWrote(text, i, s); l.sort == isText { // the end of a broken address
				l.sort = isQuote
			}
		case s[0] == '>' || strings.HasPrefix(s, "&gt;"):
			l.sort = isQuote
		default:
			f.classifyText(text, i, s)
		}
		if l.sort == isText {
			last = i
		}
	}
	f.classifyMobile(text, min(last+1, f.firstMarker()))
}

func (f *folder) classifyText(text string, i int, s string) {
	l := &f.lines[i]
	if c := s[0]; c == '-' || c == '_' || c == '*' || c == '=' || c == '~' || c == '#' || c == '+' || c >= utf8.RuneSelf {
		if isRuleLine(s) {
			l.sort = isRule
			if s == "--" || s == "—" || s == "__" {
				l.head = headSignature
			}
			return
		}
	}
	if len(s) < 200 && isOriginalLine(s) {
		l.sort = isOriginal
		return
	}
	if l.head = headOf(s); l.head != headNone {
		l.sort = isHead
	}
	if len(s) < 300 && maybeWrote(s) {
		f.classifyWrote(text, i, s)
	}
}

// isRuleLine tells whether a line is made of dashes and their like.
func isRuleLine(s string) bool {
	return s != "*" && s != "-" && s != "+" && s != "#" && strings.Trim(s, "-_=~#*+,—–ᐧ ") == ""
}

// originalPhrases stand between dashes above an earlier message.
var originalPhrases = [...]string{
	"original message", "forwarded message", "original appointment", "reply message", "forwarded by", "begin forwarded",
	"ursprüngliche nachricht", "urspruengliche nachricht", "original-nachricht", "originalnachricht", "weitergeleitete nachricht",
	"message d'origine", "message d’origine", "message original", "message transféré", "message transmis",
	"mensaje original", "mensaje reenviado", "messaggio originale", "messaggio inoltrato", "mensagem original", "mensagem encaminhada",
	"oorspronkelijk bericht", "origineel bericht", "doorgestuurd bericht", "wiadomość oryginalna", "oryginalna wiadomość",
	"przekazana wiadomość", "treść przekazanej wiadomości", "ursprungligt meddelande", "vidarebefordrat meddelande", "oprindelig meddelelse",
	"videresendt meddelelse", "original meddelelse", "opprinnelig melding", "videresendt melding", "alkuperäinen viesti", "välitetty viesti",
	"orijinal mesaj", "özgün ileti", "iletilen mesaj", "původní zpráva", "přeposlaná zpráva", "eredeti üzenet", "továbbított üzenet",
	"mesaj original", "исходное сообщение", "пересылаемое сообщение", "пересланное сообщение", "первоначальное сообщение",
	"оригинальное сообщение", "исходное письмо", "оригінальне повідомлення", "переслане повідомлення", "αρχικό μήνυμα",
	"原始邮件", "原始郵件", "转发邮件", "轉寄郵件", "元のメッセージ", "転送メッセージ", "원본 메시지", "원본 메일", "전달된 메시지",
	"הודעה מקורית", "הודעה שהועברה", "الرسالة الأصلية", "رسالة أصلية", "رسالة معاد توجيهها",
}

// forwardPhrases begin a forwarded message without dashes.
var forwardPhrases = [...]string{
	"begin forwarded message", "anfang der weitergeleiteten", "début du message", "inizio messaggio inoltrato", "inicio del mensaje reenviado",
	"início da mensagem", "begin doorgestuurd bericht", "начало переадресованного сообщения", "początek przekazywanej wiadomości",
	"转发的邮件", "転送されたメッセージ", "전달된 메시지", "vidarebefordrat brev",
}

func isOriginalLine(s string) bool {
	s = strings.Trim(s, "* ")
	ruled := strings.HasPrefix(s, "--") || strings.HasPrefix(s, "__") || strings.HasPrefix(s, "==")
	if !ruled && !strings.HasSuffix(s, ":") {
		return false
	}
	low := strings.ToLower(s)
	if !ruled {
		return hasPrefixOf(low, forwardPhrases[:])
	}
	return containsOf(low, originalPhrases[:]) || strings.HasSuffix(low, "wrote ----") || strings.HasSuffix(low, "wrote ---")
}

func hasPrefixOf(s string, list []string) bool {
	for _, p := range list {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

func containsOf(s string, list []string) bool {
	for _, p := range list {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// headOf tells what a line such as "From: ..." is in the languages of heads.
func headOf(s string) headSort {
	s = strings.TrimLeft(s, "*_ ")
	const longest = 40
	s = s[:min(len(s), longest)]
	i := strings.IndexByte(s, ':')
	if i < 0 {
		i = strings.Index(s, "：")
	}
	if i <= 0 {
		return headNone
	}
	return heads[strings.ToLower(strings.TrimRight(s[:i], "* \u00a0"))]
}

// mobilePhrases are how telephones and their like sign, at the beginning of a line.
var mobilePhrases = [...]string{
	"sent from", "sent via", "sent with", "sent by ", "sent using", "get outlook for", "get [outlook for", "this message was sent from", "from my iphone",
	"envoyé de", "envoyé depuis", "envoyé à partir", "télécharger outlook", "provenance : courrier", "von meinem", "von meiner", "gesendet von",
	"gesendet mit", "diese nachricht wurde von mein", "holen sie sich outlook", "outlook für", "enviado desde", "enviado do meu", "enviado de",
	"enviado a partir", "enviado via", "obtener outlook", "obter o outlook", "inviato da", "inviato dal", "scarica outlook", "verzonden vanaf", "verstuurd vanaf",
	"verzonden met", "outlook voor", "wysłane z", "wysłano z", "skickat från", "skickades från", "hämta outlook", "sendt fra", "hent outlook", "lähetetty",
	"hanki outlook", "отправлено с", "отправлено из", "послано с", "надіслано з", "відправлено з", "gönderildi", "odesláno z", "elküldve",
	"trimis de pe", "εστάλη από", "στάλθηκε από", "发自我的", "发自", "發自", "從我的", "나의 ", "נשלח מ", "أُرسلت من", "تم الإرسال من", "enviat des",
}

// classifyMobile finds the signatures of telephones in the lines before end.
func (f *folder) classifyMobile(text string, end int) {
	for i := max(0, end-mobileWindow); i < min(end+1, len(f.lines)); i++ {
		l := &f.lines[i]
		s := strings.TrimSpace(text[l.start:l.end])
		if l.sort != isText || len(s) > 160 {
			continue
		}
		if isMobileLine(strings.Trim(s, "*<>[]()\"_ ")) {
			l.sort = isMobile
		}
	}
}

// mobileSuffixes end such lines.
var mobileSuffixes = [...]string{"から送信", "에서 보냄", "gönderildi", "gönderdim", "from mobile", "傳送", "发送", "傳送自"}

// mobileByLetter are the phrases by the letter with which they begin.
var mobileByLetter = func() map[rune][]string {
	by := map[rune][]string{}
	for _, p := range mobilePhrases {
		r, _ := utf8.DecodeRuneInString(p)
		by[r] = append(by[r], p)
		if up := unicode.ToUpper(r); up != r {
			by[up] = append(by[up], p)
		}
	}
	return by
}()

func isMobileLine(s string) bool {
	for _, p := range mobileSuffixes {
		if strings.HasSuffix(s, p) {
			return true
		}
	}
	r, _ := utf8.DecodeRuneInString(s)
	for _, p := range mobileByLetter[r] {
		if len(s) >= len(p) && strings.EqualFold(s[:len(p)], p) {
			return true
		}
	}
	return false
}
