package browse

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// foldQuotes puts the outermost quotations of a mail, where something stands
// before them, into folds that the reader can open.
func foldQuotes(body *html.Node) {
	said := false
	foldIn(body, &said)
}

func foldIn(parent *html.Node, said *bool) {
	var next *html.Node
	for n := parent.FirstChild; n != nil; n = next {
		next = n.NextSibling
		switch {
		case n.Type == html.TextNode:
			*said = *said || strings.TrimSpace(n.Data) != ""
		case quotes(n) && *said:
			fold := &html.Node{Type: html.ElementNode, Data: "details", DataAtom: atom.Details}
			summary := &html.Node{Type: html.ElementNode, Data: "summary", DataAtom: atom.Summary}
			summary.AppendChild(&html.Node{Type: html.TextNode, Data: "Quoted history"})
			fold.AppendChild(summary)
			parent.InsertBefore(fold, n)
			parent.RemoveChild(n)
			fold.AppendChild(n)
		case n.Data == "img":
			*said = true
		default:
			foldIn(n, said)
		}
	}
}

// quotes tells whether mail programs use the element for what they quote.
func quotes(n *html.Node) bool {
	if n.Type != html.ElementNode {
		return false
	}
	if n.Data == "blockquote" {
		return true
	}
	for _, a := range n.Attr {
		if a.Key == "class" && n.Data == "div" {
			return true // the policy lets no other classes through
		}
	}
	return false
}
