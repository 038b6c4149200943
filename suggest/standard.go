package suggest

// Standard tells which of a ticket's own fields a name means, such as "status" of "Статус";
// "" none. A system's own word for one is often kept beside it as a custom field.
func Standard(name string) string {
	concept := fieldConcept(plain(name))
	switch concept {
	case "status", "priority", "type", "category", "group", "channel", "tags", "rating":
		return concept
	case "agent":
		return "assignee"
	case "queue":
		return "category"
	case "requester":
		return "requester"
	}
	return ""
}
