// Package auto knows mail that no person wrote to us: bounces, automatic answers,
// mailing lists, spam.
package auto

import (
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
)

// The classes of mail that no person wrote to us, as tags.
const (
	TagAutoReply   = "auto-reply"
	TagBounce      = "bounce"
	TagMailingList = "mailing-list"
	TagSpam        = "spam"
)

// Classify tells by the header alone what no person wrote to us: which of the
// tags apply, in a fixed order.
func Classify(h rfc5322.Header) []string { return newHead(h).classify() }

// head is a header with what is asked for more than once.
type head struct {
	rfc5322.Header
	kind    string // Content-Type, lower case
	from    string // lower case, not decoded
	subject string // lower case
}

func newHead(h rfc5322.Header) *head {
	return &head{
		Header: h, kind: h.Lower("Content-Type"), from: h.Lower("From"),
		subject: strings.ToLower(strings.TrimSpace(h.Text("Subject"))),
	}
}

func (h *head) classify() []string {
	var tags []string
	if h.isBounce() {
		tags = append(tags, TagBounce)
	} else if h.isAutoReply() {
		tags = append(tags, TagAutoReply)
	}
	if IsList(h.Header) {
		tags = append(tags, TagMailingList)
	}
	if isSpam(h.Header) {
		tags = append(tags, TagSpam)
	}
	return tags
}

func hasAny(s string, parts ...string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// bounceSubjects begin the subjects of delivery failures of systems that say it
// in no other field.
var bounceSubjects = []string{
	"undeliver", "mail delivery fail", "delivery status notification", "returned mail", "delivery failure",
	"failure notice", "mail system error", "mail delivery system", "delivery notification", "message delivery fail",
	"non-delivery", "nondeliver", "unzustellbar", "undelivered mail", "mail could not be delivered", "warning: message ",
	"mail not delivered", "delivery has failed", "mail failure", "could not send message", "message undeliverable",
	"недоставленное", "не удается доставить", "сообщение не доставлено", "delivery error", "email delivery fail",
	"permanent delivery failure", "there was an error sending your mail", "dsn: ",
	"echec de distribution", "message you sent blocked", "rejected: ", "mail returned", "error mail", "delivery problems",
	"メールエラー通知", "delivery status", "complaint about message from ",
}

// bounceSenders are the local parts of programs that return mail.
var bounceSenders = []string{
	"mailer-daemon", "mailerdaemon", "mail-daemon", "maildaemon", "postmaster", "post_master@", "mail-delivery", "no-reply-bounce", "staff@hotmail.com",
}

// isBounce knows delivery reports (RFC 3464), returned mail of older programs,
// and abuse reports (RFC 5965) by their header.
func (h *head) isBounce() bool {
	report := strings.HasPrefix(h.kind, "multipart/report")
	if report {
		if hasAny(h.kind, "delivery-status", "feedback-report") {
			return true
		}
		if hasAny(h.kind, "disposition-notification") {
			return false // somebody read it: an automatic answer
		}
	}
	if h.Get("X-Failed-Recipients") != "" || strings.HasPrefix(h.kind, "message/delivery-status") {
		return true
	}
	if h.Get("X-MLServer") != "" && h.Get("X-ML-Count") == "" && h.Get("X-ML-Name") == "" {
		return true // fml refuses a mail
	}
	if hasAny(h.from, "mailer-daemon", "mail delivery s") {
		return true
	}
	daemon, empty := h.isDaemon(), h.hasNoSender()
	if (daemon || empty || report || hasAny(h.from, "no-reply@", "noreply@")) && saysBounce(h.subject) {
		return true
	}
	return daemon && empty && !isOutOfOffice(h.subject)
}

// isDaemon tells whether a program that handles mail is the sender.
func (h *head) isDaemon() bool {
	return hasAny(h.from, bounceSenders...) || hasAny(h.Lower("Sender"), "mailer-daemon")
}

// hasNoSender tells whether nobody is to get an answer (RFC 5321 section 4.5.5).
func (h *head) hasNoSender() bool { return h.Lower("Return-Path") == "<>" || h.from == "<>" }

func saysBounce(subject string) bool {
	for _, s := range bounceSubjects {
		if strings.HasPrefix(subject, s) || len(s) > 12 && strings.Contains(subject, s) {
			return true
		}
	}
	return false
}

var outOfOffice = []string{
	"out of office", "out of the office", "automatic reply", "auto reply", "autoreply", "auto-reply", "auto:", "autosvar", "vacation",
	"abwesenheit", "automatische antwort", "automatisch antwoord", "afwezig", "réponse automatique", "absence du bureau", "respuesta automática",
	"fuera de la oficina", "risposta automatica", "resposta automática", "автоответ", "автоматический ответ", "вне офиса",
	"自动回复", "自動返信", "不在通知", "자동 회신", "odpowiedź automatyczna", "automatické odpovědi", "otomatik yanıt",
}

func isOutOfOffice(subject string) bool {
	for _, s := range outOfOffice {
		if strings.HasPrefix(subject, s) {
			return true
		}
	}
	return false
}

// isAutoReply knows automatic answers (RFC 3834) and the fields of programs that
// are older than that.
func (h *head) isAutoReply() bool {
	submitted := h.Lower("Auto-Submitted")
	if strings.HasPrefix(submitted, "auto-replied") || strings.HasPrefix(submitted, "auto-notified") {
		return true
	}
	for _, name := range []string{"X-Autoreply", "X-Autorespond", "X-Autoreply-From", "X-Autogenerated", "X-Mail-Autoreply", "X-Amz-Sns-Message-Id"} {
		if v := h.Lower(name); v != "" && v != "no" {
			return true
		}
	}
	precedence := h.Lower("Precedence")
	if precedence == "auto_reply" || precedence == "auto-reply" || h.Lower("X-Precedence") == "auto_reply" {
		return true
	}
	if strings.HasPrefix(h.kind, "multipart/report") {
		return true
	}
	if strings.HasPrefix(submitted, "auto-generated") && !IsList(h.Header) {
		return true
	}
	return isOutOfOffice(h.subject) && (hasAny(h.Lower("X-Auto-Response-Suppress"), "all", "oof", "autoreply", "dr") ||
		h.Lower("Return-Path") == "<>" || h.Get("In-Reply-To") != "" || h.Get("References") != "" || precedence == "bulk" || precedence == "junk")
}

// IsList knows mailing lists (RFC 2919, RFC 2369) and newsletters.
func IsList(h rfc5322.Header) bool {
	if h.Get("List-Id") != "" || h.Get("List-Post") != "" || h.Get("Mailing-List") != "" || h.Get("X-Mailman-Version") != "" {
		return true
	}
	switch h.Lower("Precedence") {
	case "list":
		return true
	case "bulk", "junk":
		return h.Get("List-Unsubscribe") != "" || h.Get("X-Loop") != "" || strings.HasPrefix(h.Lower("Sender"), "owner-")
	}
	return false
}

func isSpam(h rfc5322.Header) bool {
	return strings.HasPrefix(h.Lower("X-Spam-Flag"), "yes") || strings.HasPrefix(h.Lower("X-Spam-Status"), "yes")
}
