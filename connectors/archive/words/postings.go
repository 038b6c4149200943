package words

import "encoding/binary"

// A posting is a document and the places of a term in it. In a block the postings of a
// term follow each other:
//
//	docs    of each: the step from the one before, the length of its places
//	places  of each: the first place (from 1), then the steps to the next ones
//
// All numbers are varints. The step is twice the difference of the places in the
// record if that is the same one; else twice the difference of the records plus one, and the
// place in the record follows.

// run is postings being written.
type run struct {
	docs, places []byte
	last         int64
}

func (r *run) empty() bool { return len(r.docs) == 0 }

func (r *run) clear() { r.docs, r.places, r.last = r.docs[:0], r.places[:0], 0 }

// add appends a posting; documents come in ascending order, each once.
func (r *run) add(doc int64, places []byte) {
	record := doc>>PlaceBits - r.last>>PlaceBits
	if record == 0 && len(r.docs) > 0 {
		r.docs = binary.AppendUvarint(r.docs, uint64(doc-r.last)<<1)
	} else {
		r.docs = binary.AppendUvarint(r.docs, uint64(record)<<1|1)
		r.docs = binary.AppendUvarint(r.docs, uint64(doc&placeMask))
	}
	r.docs = binary.AppendUvarint(r.docs, uint64(len(places)))
	r.places = append(r.places, places...)
	r.last = doc
}

// postings are read one by one.
type postings struct {
	docs, places []byte // those still to come
	bare         bool   // the places were not read
	begun        bool
	doc          int64
	here         []byte // the places in doc; nil if bare
}

// next moves to the next posting. It says no at the end.
func (p *postings) next() (bool, error) {
	if len(p.docs) == 0 {
		if len(p.places) > 0 {
			return false, damaged("%d bytes of places belong to no document", len(p.places))
		}
		return false, nil
	}
	step, ok := number(&p.docs)
	record, place := p.doc>>PlaceBits, p.doc&placeMask
	if step&1 == 0 {
		ok = ok && p.begun && step > 0 && step>>1 <= uint64(placeMask-place)
		place += int64(step >> 1)
	} else {
		ok = ok && step>>1 <= uint64(mostRecord-record) && (step > 1 || !p.begun)
		record += int64(step >> 1)
		var at uint64
		if ok {
			at, ok = number(&p.docs)
		}
		ok = ok && at <= placeMask
		place = int64(at)
	}
	var size uint64
	if ok {
		size, ok = number(&p.docs)
	}
	if !ok || !p.bare && size > uint64(len(p.places)) {
		return false, damaged("a document's number is no number")
	}
	p.begun, p.doc = true, record<<PlaceBits|place
	if !p.bare {
		p.here, p.places = p.places[:size:size], p.places[size:]
	}
	return true, nil
}

// number cuts a varint off b. It says no if there is none.
func number(b *[]byte) (uint64, bool) {
	if s := *b; len(s) > 0 && s[0] < 0x80 {
		*b = s[1:]
		return uint64(s[0]), true
	}
	v, size := binary.Uvarint(*b)
	if size <= 0 {
		return 0, false
	}
	*b = (*b)[size:]
	return v, true
}

// places are read one by one.
type places struct {
	rest []byte
	at   uint64
}

// next moves to the next place. It says no at the end.
func (p *places) next() (bool, error) {
	if len(p.rest) == 0 {
		return false, nil
	}
	step, ok := number(&p.rest)
	if !ok || step == 0 || step > 1<<40 || p.at > 1<<40 {
		return false, damaged("a place is no number")
	}
	p.at += step
	return true, nil
}

// reach moves on to the first place that is at least at. It says no at the end.
func (p *places) reach(at uint64) (bool, error) {
	for p.at < at {
		if more, err := p.next(); !more || err != nil {
			return false, err
		}
	}
	return true, nil
}

// united puts the places of two parts of one document together; b may begin with
// places that a ends with.
func united(a, b []byte) ([]byte, error) {
	left, right := places{rest: a}, places{rest: b}
	for len(left.rest) > 0 {
		if _, err := left.next(); err != nil {
			return nil, err
		}
	}
	if more, err := right.reach(left.at + 1); !more || err != nil {
		return a, err
	}
	joined := binary.AppendUvarint(append([]byte{}, a...), right.at-left.at)
	return append(joined, right.rest...), nil
}
