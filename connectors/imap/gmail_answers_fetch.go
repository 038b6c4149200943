package imap

// The items of one answer to FETCH, byte by byte: "(" name value name value … ")".

// between stands before an item or the end of all.
func (a *answers) between(c byte) {
	i := &a.item
	switch c {
	case ' ', '\r':
	case ')':
		a.blank(len(i.held) > 0)
		a.emit(append(i.held, c)...)
		i.held, i.inside = i.held[:0], false
		a.take, a.line, a.mark = a.text, lineText, a.mark[:0]
	default:
		i.name, a.take = i.name[:0], a.name
		a.name(c)
	}
}

// blank passes on the blank between two items.
func (a *answers) blank(another bool) {
	if another && a.item.passed {
		a.emit(' ')
	}
	a.item.passed = a.item.passed || another
}

// mostName is up to how long a name may be; an answer with a longer one is looked at
// no more.
const mostName = 64

// name goes through an item's name.
func (a *answers) name(c byte) {
	i := &a.item
	switch c {
	case ' ', '(', ')', '[', '\r':
	default:
		if i.name = append(i.name, c); len(i.name) > mostName {
			a.blank(true)
			a.emit(i.name...)
			i.inside, a.take, a.line = false, a.text, lineData
		}
		return
	}
	if (c == ' ' || c == '(') && isGmailItem(i.name) {
		i.keep = true
	} else {
		a.blank(true)
		a.emit(i.name...)
	}
	switch c {
	case ' ':
		if a.take = a.value; !i.keep {
			a.emit(c)
		}
	case '(':
		a.value(c)
	case '[':
		a.emit(c)
		a.take = a.section
	default:
		a.take = a.between
		a.between(c)
	}
}

// section goes through the brackets after a name.
func (a *answers) section(c byte) {
	a.emit(c)
	switch c {
	case '"':
		a.take, a.back = a.quoted, a.section
	case '{':
		a.literal(a.section)
	case ']':
		a.take = a.afterSection
	}
}

// afterSection may say from which byte on the section was cut.
func (a *answers) afterSection(c byte) {
	a.emit(c)
	if c == ' ' {
		a.take = a.value
	}
}

// value stands at the first byte of a value.
func (a *answers) value(c byte) {
	switch c {
	case '"':
		a.emit(c)
		a.take, a.back = a.quoted, a.valueEnd
	case '(':
		a.item.depth, a.take = 0, a.list
		a.list(c)
	case '{':
		a.emit(c)
		a.literal(a.valueEnd)
	case '~':
		a.emit(c) // of a literal8 (RFC 3516)
	default:
		a.take = a.atom
		a.atom(c)
	}
}

func (a *answers) atom(c byte) {
	switch c {
	case ' ', ')', '\r':
		a.valueEnd(c)
	default:
		a.emit(c)
	}
}

func (a *answers) list(c byte) {
	a.emit(c)
	switch c {
	case '"':
		a.take, a.back = a.quoted, a.list
	case '{':
		a.literal(a.list)
	case '(':
		a.item.depth++
	case ')':
		if a.item.depth--; a.item.depth == 0 {
			a.take = a.valueEnd
		}
	}
}

// valueEnd stands behind a value.
func (a *answers) valueEnd(c byte) {
	if i := &a.item; i.keep {
		if len(i.held) > 0 {
			i.held = append(i.held, ' ')
		}
		i.held = asHeader(i.held, i.name, i.value)
		i.keep, i.value = false, i.value[:0]
	}
	a.take = a.between
	a.between(c)
}

func (a *answers) quoted(c byte) {
	a.emit(c)
	switch c {
	case '\\':
		a.take = a.escaped
	case '"':
		a.take = a.back
	}
}

func (a *answers) escaped(c byte) {
	a.emit(c)
	a.take = a.quoted
}

// literal stands behind a "{"; after the literal it goes on at back.
func (a *answers) literal(back func(byte)) {
	a.mark, a.take, a.back = append(a.mark[:0], '{'), a.marked, back
}

func (a *answers) marked(c byte) {
	if n, ok := literalSize(a.mark); ok && c == '\n' {
		a.emit(c)
		a.mark, a.skip, a.take = a.mark[:0], n, a.back
		return
	}
	if c != '+' && c != '}' && c != '\r' && (c < '0' || c > '9') || len(a.mark) > mostMark {
		a.mark, a.take = a.mark[:0], a.back // it was none
		a.next(c)
		return
	}
	a.emit(c)
	a.mark = append(a.mark, c)
}
