package intercom

type ticketShape struct {
	ID         word               `json:"id"`
	Number     word               `json:"ticket_id"`
	Category   string             `json:"category"`
	Attributes map[string]any     `json:"ticket_attributes"`
	State      either[stateShape] `json:"ticket_state"`
	Type       ticketTypeShape    `json:"ticket_type"`
	Contacts   contactsShape      `json:"contacts"`
	Admin      word               `json:"admin_assignee_id"`
	Team       word               `json:"team_assignee_id"`
	Created    instant            `json:"created_at"`
	Updated    instant            `json:"updated_at"`
	Snoozed    instant            `json:"snoozed_until"`
	Open       bool               `json:"open"`
	Shared     bool               `json:"is_shared"`
	Linked     linkedShape        `json:"linked_objects"`
	Parts      partsShape         `json:"ticket_parts"`
}

type stateShape struct {
	ID       word   `json:"id"`
	Category string `json:"category"`
	Label    string `json:"internal_label"`
	Archived bool   `json:"archived"`
	Types    struct {
		Data []ticketTypeShape `json:"data"`
	} `json:"ticket_types"`
}

type ticketTypeShape struct {
	ID         word   `json:"id"`
	Name       string `json:"name"`
	Category   string `json:"category"`
	Archived   bool   `json:"archived"`
	Attributes struct {
		Data []attributeShape `json:"data"`
	} `json:"ticket_type_attributes"`
	States struct {
		Data []stateShape `json:"data"`
	} `json:"ticket_states"`
}

type attributeShape struct {
	ID       word   `json:"id"`
	Name     string `json:"name"`
	Type     string `json:"data_type"`
	Required bool   `json:"required_to_create"`
	Visible  bool   `json:"visible_to_contacts"`
	Default  bool   `json:"default"`
	Archived bool   `json:"archived"`
	Input    any    `json:"input_options"` // of a list its items, under a name that no source tells
}

// dataAttribute is a field of contacts, companies or conversations.
type dataAttribute struct {
	Name     string `json:"name"`
	Label    string `json:"label"`
	Type     string `json:"data_type"`
	Options  []any  `json:"options"`
	Writable bool   `json:"api_writable"`
	Custom   bool   `json:"custom"`
	Archived bool   `json:"archived"`
}
