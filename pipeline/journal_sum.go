package pipeline

import (
	"context"
	"iter"
	"maps"

	"github.com/deskhaul/deskhaul/checkpoints"
	"github.com/deskhaul/deskhaul/desk"
)

// Verified sums up what a journal has.
type Verified struct {
	Counts map[desk.Kind]Checked
	// Source and There are the figures of the tickets that stand on both sides, as the
	// source has them and as the target does.
	Source, There Figures
	// Names are what the target calls its agents and categories, by their ids there.
	Names map[desk.Ref]string
	// Tickets is how many tickets were looked at; of these, Differing have a difference,
	// and of Blind something could not be looked at. Records are those of each kind.
	Tickets, Differing, Blind int64
	Records                   map[desk.Kind]int64
}

// Sum reads all of the journal.
func (j *Journal) Sum(ctx context.Context) (*Verified, error) {
	s := &Verified{Counts: map[desk.Kind]Checked{}, Names: map[desk.Ref]string{}, Records: map[desk.Kind]int64{}}
	for l, err := range j.looked(ctx) {
		if err != nil {
			return nil, err
		}
		s.add(l)
	}
	return s, nil
}

func (s *Verified) add(l *Looked) {
	for kind, n := range l.Counts {
		c := s.Counts[kind]
		c.add(*n)
		s.Counts[kind] = c
	}
	if l.Source != nil && l.There != nil {
		s.Source.add(l.Source)
		s.There.add(l.There)
	}
	if l.Name != "" {
		s.Names[desk.To(l.Kind, l.Target)] = l.Name
	}
	s.Records[l.Kind]++
	if l.Kind != desk.KindTicket || l.Counts[desk.KindTicket] == nil || l.Counts[desk.KindTicket].Expected == 0 {
		return
	}
	s.Tickets++
	switch {
	case l.Differ > 0:
		s.Differing++
	case l.Blind:
		s.Blind++
	}
}

// CopyTo puts all of the journal but how far the source was read into another, of a
// younger copy of the ledger, and leaves out what runs since wrote at: it is to be
// looked at again. Touched are those records.
func (j *Journal) CopyTo(ctx context.Context, to *Journal, store checkpoints.Store, touched iter.Seq2[desk.Ref, error]) error {
	for _, prefix := range []string{findingKey, seenKey} {
		n := 0
		for key, err := range j.keys.Scan(ctx, prefix, "") {
			if err == nil {
				err = to.keys.Put(ctx, key.Name, key.Value)
			}
			if n++; err == nil && n%journalRecords == 0 {
				err = store.Flush(ctx)
			}
			if err != nil {
				return err
			}
		}
	}
	if err := store.Flush(ctx); err != nil {
		return err
	}
	for ref, err := range touched {
		if err == nil {
			err = to.forget(ctx, name(ref.Kind, "", ref.ID))
		}
		if err != nil {
			return err
		}
	}
	return store.Flush(ctx)
}

// Labels are the ids of a kind that the figures of either side speak of.
func (s *Verified) Labels(kind desk.Kind) (ids []desk.ID) {
	of := func(f *Figures) map[string]int64 {
		if kind == desk.KindAgent {
			return f.Agent
		}
		return f.Category
	}
	all := maps.Clone(of(&s.Source))
	if all == nil {
		all = map[string]int64{}
	}
	maps.Copy(all, of(&s.There))
	for id := range all {
		if id != "" {
			ids = append(ids, desk.ID(id))
		}
	}
	return ids
}
