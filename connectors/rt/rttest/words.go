package rttest

import "strings"

// German are words that RT says to an account whose language is German (RT 5.0.3,
// po/de.po). What REST 2.0 says by itself is English for everybody.
var German = strings.NewReplacer(
	"Merge Successful", "Vereinigung erfolgreich", "Name in use", "Benutzername ist bereits in Gebrauch", "Email address in use", "E-Mail-Adresse bereits in Gebrauch",
	"Permission Denied", "Zugriff verweigert", "You can only reassign tickets that you own or that are unowned", "Sie können nur eigene oder Tickets ohne Besitzer zuweisen",
)

// inWords says an answer's message, or its list of them, in the account's language.
func (s *Server) inWords(answer any) any {
	if s.Words == nil {
		return answer
	}
	switch a := answer.(type) {
	case object:
		if said, is := a["message"].(string); is {
			a["message"] = s.Words.Replace(said)
		}
	case []string:
		for i := range a {
			a[i] = s.Words.Replace(a[i])
		}
	}
	return answer
}
