package report

// What commands that come next are good for.
const (
	WhyCanary     = "once what mails is put right: see that it is silent, before which no run goes on"
	WhyGoOn       = "go on where it stopped"
	WhyQuarantine = "what is aside, and why"
	WhyRetry      = "take it up again"
	WhyBrowse     = "look at the archive in a web browser"
	WhySync       = "bring what came in since"
	WhyVerify     = "read the target back and compare it with the source"
	WhyMigrate    = "do what is planned"
	WhyRest       = "when the sample is right: move all the rest"
	WhyRehearse   = "rehearse it with a few tickets, chosen for being awkward as well as ordinary"
	WhyLosses     = "list all that would be lost, ticket by ticket"
	WhyLookAgain  = "look again at what could not be looked at"
)

// whys are all of them.
var whys = []string{
	WhyCanary, WhyGoOn, WhyQuarantine, WhyRetry, WhyBrowse, WhySync, WhyVerify, WhyMigrate, WhyRest, WhyRehearse, WhyLosses, WhyLookAgain,
}

// steps are commands as a page says them.
func (t Tongue) steps(all []Step) (out []Step) {
	for _, s := range all {
		out = append(out, Step{s.Command, t.Say(s.Why)})
	}
	return out
}
