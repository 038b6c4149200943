package rfc5322

import "bytes"

// cut ends what the delimiter ends.
func (w *walker) cut(d delimiter) error {
	if err := w.endLeaf(d.before, d.level+1); err != nil {
		return err
	}
	w.close(w.open[d.level+1:], d.before)
	w.open = w.open[:d.level+1]
	e := w.open[d.level]
	if len(e.children) == 0 && !e.closed {
		e.before = max(e.body, d.before)
	}
	e.endTail(d.before)
	if e.closed {
		w.mail.problem("parts follow the end of a multipart")
	}
	if e.closed = d.last; e.closed {
		e.end = max(e.body, d.before)
		e.behind = d.next
	}
	return nil
}

// closeAll ends what is open where the message ends.
func (w *walker) closeAll(end int64) error {
	if err := w.endLeaf(end, 0); err != nil {
		return err
	}
	w.close(w.open, end)
	w.open = nil
	return nil
}

// endLeaf ends the body being passed over. level is the outermost multipart that
// ends with it for want of an end of its own.
func (w *walker) endLeaf(end int64, level int) error {
	if w.leaf == nil {
		return nil
	}
	w.leaf.end = max(w.leaf.body, end)
	if inner := len(w.open) - 1; inner >= level && !w.open[inner].closed {
		if err := w.unglue(w.open[inner]); err != nil {
			return err
		}
	}
	w.leaf = nil
	return nil
}

// gluedWindow is how much of a body is searched for an end inside a line.
const gluedWindow = 16 << 10

// unglue looks for the end of e inside a line of its last body, where programs put
// it that forget the line break before it. It is no part of the body, nor is what
// follows; in base64 their letters would count as digits.
func (w *walker) unglue(e *entity) error {
	n := min(w.leaf.length(), gluedWindow)
	b, err := ReadAt(w.win.raw, w.leaf.end-n, int(n))
	if err != nil {
		return err
	}
	from, to := gluedEnd(b, "--"+e.boundary+"--")
	if from < 0 {
		return nil
	}
	e.closed, e.behind = true, w.leaf.end-n+int64(to)
	w.leaf.end += int64(from) - n
	e.end = w.leaf.end
	w.mail.problem("the end of a multipart stands inside a line")
	return nil
}

// gluedEnd finds the last place of b where end closes a line. Where b ends, its
// last dash may be missing.
func gluedEnd(b []byte, end string) (from, to int) {
	if from = bytes.LastIndex(b, []byte(end)); from >= 0 {
		line, _, _ := bytes.Cut(b[from+len(end):], []byte("\n"))
		if len(bytes.TrimSpace(line)) == 0 {
			return from, min(len(b), from+len(end)+len(line)+1)
		}
	}
	if head, ok := bytes.CutSuffix(bytes.TrimRight(b, " \t\r\n"), []byte(end[:len(end)-1])); ok {
		return len(head), len(b)
	}
	return -1, 0
}

// endTail ends what stands behind the last boundary of a multipart.
func (e *entity) endTail(end int64) {
	if e.behind > e.tail {
		e.tail = max(e.behind, end)
	}
}

// close ends multiparts whose own end was not found.
func (w *walker) close(open []*entity, end int64) {
	for _, e := range open {
		e.endTail(end)
		if !e.closed {
			e.end = max(e.body, end)
			w.mail.problem("a boundary of the mail never closes")
		}
	}
}
