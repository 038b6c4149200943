package compose

// Overlooked is what a Scribe does not see: which mails of others answer one of ours
// could be told only by looking through the whole mailbox, at each run.
const Overlooked = "Of a mailbox our own mails alone are looked at: an answer that somebody put into it by hand, or a flag that somebody set, is neither told by verify nor keeps a ticket from a rollback, which deletes our mails around the answer and leaves it there."

// Overlooks implements connectors.Overlooker.
func (s *Scribe) Overlooks() string { return Overlooked }
