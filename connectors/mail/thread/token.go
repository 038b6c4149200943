package thread

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// defaultTokens are the marks that ticket systems put into subjects. The first
// group is the number. A lone number is not enough: "(#12)" means something else
// in every system.
var defaultTokens = []string{
	`\[#(\d{3,})\]`,
	`(?i)\[[\p{L}\p{N}._ -]{2,60} #(\d{2,})\]`,                         // RT: [example.com #1234]
	`(?i)\[?ticket\s?(?:id)?[#:]\s?([\d-]{3,})\]?`,                     // Znuny: [Ticket#2019010110000012]
	`(?i)[\[(]ticket\s(?:no\.?\s?)?#?(\d{3,})[\])]`,                    // [Ticket 1234], (ticket #1234)
	`(?i)[\[(](?:case|request|incident|bug)[ :#-]{1,2}#?(\d{3,})[\])]`, // (Case 123)
	`(?i)[\[(](?:заявка|обращение|запрос)\s?[#№]?\s?(\d{3,})[\])]`,
	`(?i)##(\d{3,})##`,
}

// Tokens find the tokens of ticket systems in subjects.
type Tokens []*regexp.Regexp

// NewTokens compiles patterns; none means the default ones.
func NewTokens(patterns []string) (Tokens, error) {
	if len(patterns) == 0 {
		patterns = defaultTokens
	}
	var rules Tokens
	for _, p := range patterns {
		re, err := regexp.Compile(p)
		if err != nil {
			return nil, fmt.Errorf("tokens: %w", err)
		}
		if re.NumSubexp() < 1 {
			return nil, fmt.Errorf("tokens: %q has no group: put the number in parentheses", p)
		}
		rules = append(rules, re)
	}
	return rules, nil
}

// Find returns the tokens of a subject: "RULE:NUMBER", where the rule keeps apart
// what two systems number alike.
func (t Tokens) Find(subject string) []string {
	if !strings.ContainsAny(subject, "0123456789") {
		return nil
	}
	var found []string
	for _, re := range t {
		for _, m := range re.FindAllStringSubmatch(subject, 4) {
			token := strings.ToLower(strings.Join(strings.Fields(m[0]), " ")) + ":" + m[1]
			if m[1] != "" && !slices.Contains(found, token) {
				found = append(found, token)
			}
		}
	}
	return found
}

// TokenNumber is the number in a token.
func TokenNumber(token string) string { return token[strings.LastIndexByte(token, ':')+1:] }

// strip drops the tokens from a subject.
func (t Tokens) strip(subject string) string {
	if !strings.ContainsAny(subject, "0123456789") {
		return subject
	}
	for _, re := range t {
		subject = re.ReplaceAllString(subject, " ")
	}
	return subject
}
