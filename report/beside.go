package report

// Beside is a ticket of the source and its copy, as it was read back from the target.
type Beside struct {
	Cover    []CoverRow
	Messages []MessageRow
	More     int      // messages that are not shown, for there are too many
	Remarks  []Remark // on the whole ticket
}

// Remark is what a verification said of a part of a ticket.
type Remark struct {
	Class  string // as in Classes
	Field  string // "" the whole
	Detail string // one sentence; "" what the class says is all
}

// CoverRow is one field of the cover: as the source has it, as the mapping makes it, and as
// it stands at the target.
type CoverRow struct {
	Field                 string // as in desk.PrintsOf
	Source, Mapped, There string
	Remarks               []Remark
}

// MessageRow is a message of the source, and the one at the target; either is nil where
// there is none.
type MessageRow struct {
	Source, There *MessageSide
	Ours          bool // a note of ours, which the source has not
	Remarks       []Remark
	Files         []FileRow
}

// MessageSide is a message as one side has it.
type MessageSide struct {
	ID, Author, At string
	To, CC         string
	Subject        string // where it differs from the ticket's
	Note           bool
	Text           string // without markup
	HTML           string // as it was sent, to be shown as text; "" where Text says enough
	Page           int64  // bytes of HTML that are not shown
	Cut            int64  // bytes of Text and HTML that are not shown, for there are too many
}

// FileRow is a file of a message on both sides; either is nil where there is none.
type FileRow struct {
	Source, There *FileSide
	Remarks       []Remark
}

// FileSide is a file as one side has it.
type FileSide struct {
	Name   string
	Size   int64  // bytes; below 0 unknown
	SHA256 string // hex; "" not read
	Inline bool   // it is shown inside the text
}
