package mail

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/deskhaul/deskhaul/desk"
)

// outgoingNames are what mail programs and providers call the folders of what was
// sent, waits to be sent or is being written (RFC 6154: \Sent, \Drafts), as
// outgoing makes them: lower case, one name a line.
//
//nolint:misspell // the names are in many languages
const outgoingNames = `
sent
sent items
sent mail
sent messages
sentmail
outbox
unsent messages
draft
drafts
gesendet
gesendete elemente
gesendete objekte
gesendete nachrichten
postausgang
entwürfe
envoyés
éléments envoyés
messages envoyés
courrier envoyé
boîte d'envoi
brouillons
enviados
enviadas
elementos enviados
mensajes enviados
correo enviado
bandeja de salida
borradores
itens enviados
mensagens enviadas
e mails enviados
caixa de saída
rascunhos
inviati
inviata
posta inviata
elementi inviati
messaggi inviati
posta in uscita
bozze
verzonden
verzonden items
verzonden berichten
postvak uit
concepten
wysłane
elementy wysłane
skrzynka nadawcza
szkice
kopie robocze
odeslané
odeslaná pošta
pošta k odeslání
koncepty
rozepsané
odoslané
odoslaná pošta
skickat
skickade
skickade objekt
utkorg
utkast
sendt
sendte elementer
udbakke
kladder
utboks
lähetetyt
lähetetyt viestit
lähtevät
luonnokset
elküldött
elküldött elemek
piszkozatok
trimise
elemente trimise
ciorne
gönderilenler
gönderilmiş öğeler
gönderilmiş postalar
giden kutusu
taslaklar
отправленные
исходящие
черновики
надіслані
вихідні
чернетки
изпратени
чернови
απεσταλμένα
εξερχόμενα
πρόχειρα
נשלח
פריטים שנשלחו
טיוטות
المرسل
الرسائل المرسلة
المسودات
送信済み
送信済みメール
送信済みアイテム
送信トレイ
下書き
已发送
已发送邮件
发件箱
草稿
草稿箱
寄件備份
寄件匣
已傳送
보낸편지함
보낸 편지함
보낼 편지함
임시보관함
`

var dashes = strings.NewReplacer("-", " ", "_", " ")

// IsOutgoing tells whether a folder, or one that it lies in, holds what goes out.
// Such a folder says who wrote a mail, not what it is about.
func IsOutgoing(folder string) bool {
	for level := range strings.SplitSeq(folder, "/") {
		name := dashes.Replace(desk.Normal(norm.NFC.String(level)))
		if name != "" && strings.Contains(outgoingNames, "\n"+name+"\n") {
			return true
		}
	}
	return false
}
