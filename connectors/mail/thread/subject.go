package thread

import (
	"hash/fnv"
	"strings"
	"unicode"

	"github.com/deskhaul/deskhaul/desk"
)

// replyWords are what mail programs put before the subject of a reply, lower
// case; forwardWords those of a forwarded mail.
var (
	replyWords = wordSet("re r ref aw antw antwort sv vs rv rif res resp odp ynt vá bls ats отв ответ на re^ " +
		"回复 答复 回覆 返信 答覆 답장 회신 σχετ απ השב تابع رد")
	forwardWords = wordSet("fw fwd wg vl enc tr i pd ilt doorst továbbítás trs пересл перенапр hа fs " +
		"转发 轉寄 転送 전달 πρθ הועבר")
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// PlainSubject drops from a decoded subject what programs add: the marks of
// replies and forwards in many languages, list tags, the tokens of ticket systems.
// reply tells whether it was marked as a reply. The result is in the form of
// [desk.Normal].
func PlainSubject(subject string, tokens Tokens) (plain string, reply bool) {
	s := desk.Normal(tokens.strip(subject))
	for {
		before := s
		rest, isReply, cut := cutMark(s)
		if cut {
			s, reply = rest, reply || isReply
		}
		s = cutTag(s)
		s = strings.TrimSpace(strings.TrimSuffix(s, "(fwd)"))
		if s == before {
			return s, reply
		}
	}
}

// cutMark cuts one "Re:", "AW[2]:", "回复：" off the front.
func cutMark(s string) (rest string, reply, ok bool) {
	colon := strings.IndexAny(s, ":：")
	if colon <= 0 || colon > 40 {
		return s, false, false
	}
	word := strings.TrimRight(s[:colon], " ")
	word = strings.TrimRightFunc(word, func(r rune) bool { return unicode.IsDigit(r) || strings.ContainsRune("[]()*^", r) })
	word = strings.TrimRight(word, " ")
	rest = strings.TrimLeft(s[colon:], ":： ")
	if replyWords[word] {
		return rest, true, true
	}
	return rest, false, forwardWords[word]
}

// cutTag cuts one list tag off the front. A tag with a slash numbers the parts
// of a series and stays.
func cutTag(s string) string {
	if !strings.HasPrefix(s, "[") {
		return s
	}
	end := strings.IndexByte(s, ']')
	if end < 0 || end > 60 || strings.Contains(s[:end], "/") {
		return s
	}
	if rest := strings.TrimSpace(s[end+1:]); rest != "" {
		return rest
	}
	return s
}

// Hash makes a short stable name of a text; 0 for the empty one.
func Hash(s string) uint64 {
	if s == "" {
		return 0
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(s)) // never fails
	return max(h.Sum64(), 1)
}
