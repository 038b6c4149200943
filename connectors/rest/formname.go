package rest

import "strings"

// A form cannot say a file's name that is empty or has line ends (RFC 7578, 4.2): those of what
// we write are replaced by pictures of them, and put back where we read it.
const nameless = "(unnamed)"

// FormName is a file's name as a form can say it.
func FormName(name string) string {
	if name == "" {
		return nameless
	}
	return strings.NewReplacer("\r", "␍", "\n", "␊").Replace(name)
}

// RealName is the name that FormName was given.
func RealName(name string) string {
	if name == nameless {
		return ""
	}
	return strings.NewReplacer("␍", "\r", "␊", "\n").Replace(name)
}
