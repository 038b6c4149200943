package auto

import (
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/connectors/mail/rfc5322"
)

// ClassifyMessage is [Classify] for a whole mail: what a bounce does not say in
// its header it says in its parts or in its first words.
func ClassifyMessage(m *rfc5322.Message) []string {
	h := newHead(m.Header)
	tags := h.classify()
	if slices.Contains(tags, TagBounce) || !h.isBounceBody(m) {
		return tags
	}
	tags = slices.DeleteFunc(tags, func(t string) bool { return t == TagAutoReply })
	return slices.Insert(tags, 0, TagBounce)
}

// bouncePhrases are how programs begin the text of a mail that they return.
var bouncePhrases = []string{
	"could not be delivered", "couldn't be delivered", "unable to deliver", "was not able to deliver", "wasn't able to deliver", "not be delivered to",
	"undeliverable", "delivery failed", "failed permanently", "invalid user address", "user unknown", "unknown user", "no such user",
	"mailbox is full", "mailbox full", "mailbox unavailable", "does not exist", "had delivery problems", "quota exceeded",
	"konnte nicht zugestellt werden", "n'a pas pu être", "no se pudo entregar", "не может быть доставлено", "не удалось доставить",
}

// isBounceBody knows delivery reports that lie in other multiparts than theirs,
// those of Amazon SNS, and returned mail in words: from a program, or without a
// sender and with the mail enclosed. What a person forwards has a person's header.
func (h *head) isBounceBody(m *rfc5322.Message) bool {
	if h.Get("X-Amz-Sns-Message-Id") != "" {
		return strings.Contains(m.Text, "notificationType")
	}
	enclosed := slices.ContainsFunc(m.Parts, func(p rfc5322.Part) bool { return p.Type == "message/rfc822" || p.Type == "text/rfc822-headers" })
	report := slices.ContainsFunc(m.Parts, func(p rfc5322.Part) bool {
		return p.Type == "message/delivery-status" || p.Type == "message/feedback-report"
	})
	daemon, empty := h.isDaemon(), h.hasNoSender()
	if report && (daemon || empty || enclosed && h.Get("In-Reply-To") == "" && h.Get("References") == "") {
		return true
	}
	if !daemon && (!empty || !enclosed) {
		return false
	}
	return hasAny(strings.ToLower(m.Text[:min(len(m.Text), 2<<10)]), bouncePhrases...)
}
