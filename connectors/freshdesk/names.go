package freshdesk

import "strings"

// A form cannot say a file's name that is empty or has line ends; those of what we
// write are replaced by pictures of them, and put back when we read it.
const nameless = "(unnamed)"

func formName(name string) string {
	if name == "" {
		return nameless
	}
	return strings.NewReplacer("\r", "␍", "\n", "␊").Replace(name)
}

func realName(name string) string {
	if name == nameless {
		return ""
	}
	return strings.NewReplacer("␍", "\r", "␊", "\n").Replace(name)
}
