package pipeline

import (
	"slices"
	"strings"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
	"github.com/deskhaul/deskhaul/pipeline/compare"
)

// edited tells whether the source edited a message since it was written: a note tells it,
// or the next run will. Whether the note tells what it says now is told.
func (i *inspection) edited(id desk.ID) (edited, told bool) {
	row, now := i.seen.Messages[id], i.sourcePrints[id]
	if now == "" {
		return false, false
	}
	told = i.seen.Messages[noteOfEdit(id, now)].State == checkpoints.Done
	return told || row.Version != "" && row.Version != now || i.wereEdited()[id], told
}

// wereEdited are the messages of whose edits notes tell, or are to: also of one that was
// taken back.
func (i *inspection) wereEdited() map[desk.ID]bool {
	if i.reworded == nil {
		i.reworded = map[desk.ID]bool{}
		for note, row := range i.seen.Messages {
			if row.State == checkpoints.Skipped {
				continue // its ticket was made anew, with what the source says now
			}
			if at := strings.LastIndexByte(string(note), '~'); at > 0 && i.isNote(note) {
				i.reworded[note[:at]] = true
			}
		}
	}
	return i.reworded
}

// overtaken tells of a message that the source edited since what is between its copy and
// what it says now. The copy is to say what it was written with, which nobody has any
// more: only its print is known.
func (i *inspection) overtaken(want, got *desk.Message, all []compare.Difference, told bool) {
	if !told {
		i.tell(want, Finding{Class: Waiting, Detail: "the source edited it since the last run, which the next tells in a private note"})
	}
	was := i.wasWritten(want.ID, got, all)
	for _, d := range all {
		f := Finding{Class: Settled, Field: d.Field, Want: d.Want, Got: d.Got, Detail: "the source edited it after it was moved, as a private note tells: what was sent stays"}
		switch {
		case i.planned(want.ID, "message."+d.Field):
			continue
		case !was && !i.Writes.OneBody: // else its text is not as we gave it
			f.Class, f.Detail = Differs, "the source edited it after it was moved, and this is not what it was moved with either"
		case !told:
			continue
		}
		i.tell(want, f)
	}
}

// wasWritten tells whether the copy of a message says what it was written with, or that is
// not known: the answer was lost, and the source edited it before it was found.
func (i *inspection) wasWritten(id desk.ID, got *desk.Message, all []compare.Difference) bool {
	if i.seen.Messages[id].Print == "" {
		return true
	}
	if before, changed := i.unlike[got.ID]; changed {
		got = &before
	}
	for _, m := range i.rec.(*desk.Ticket).Messages {
		if m.ID != id {
			continue
		}
		m.Text, m.HTML = got.Text, got.HTML
		for _, d := range all {
			if desk.AssignMessage(&m, got, d.Field) != nil {
				return false
			}
			if d.Field == "author" {
				m.Author.Target = got.Author.ID
			}
		}
		m.Files = slices.DeleteFunc(slices.Clone(m.Files), func(f desk.File) bool { return i.tooLarge(&f) })
		return m.Print() == i.seen.Messages[id].Print
	}
	return false
}
