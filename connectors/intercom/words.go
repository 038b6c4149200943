package intercom

import (
	"strings"

	"github.com/deskhaul/deskhaul/desk"
)

// priority is the common word for that of a conversation: until version 2.14 there were two,
// then five.
func priority(word string) desk.Priority {
	switch word {
	case "priority", "high":
		return desk.PriorityHigh
	case "low", "urgent":
		return desk.Priority(word)
	case "medium":
		return desk.PriorityNormal
	}
	return ""
}

// channel is the common word for where a conversation came from.
func channel(kind string) string {
	switch kind {
	case "", "email":
		return kind
	case "conversation", "push":
		return "chat"
	case "phone_call", "phone_switch":
		return "phone"
	case "facebook", "instagram", "twitter":
		return "social"
	}
	return strings.ToLower(kind) // sms, whatsapp and what is new
}
