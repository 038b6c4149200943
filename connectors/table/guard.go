package table

import "strings"

// Guard keeps a spreadsheet from taking a cell for a formula: a cell that begins
// with = + - @ (also in full width), a tab, a line break or an apostrophe gets an
// apostrophe in front. https://owasp.org/www-community/attacks/CSV_Injection
func Guard(cell string) string {
	if cell == "" {
		return cell
	}
	if strings.IndexByte("=+-@\t\r\n'", cell[0]) >= 0 {
		return "'" + cell
	}
	for _, wide := range []string{"＝", "＋", "－", "＠"} {
		if strings.HasPrefix(cell, wide) {
			return "'" + cell
		}
	}
	return cell
}

// Unguard takes back what Guard did. It must be used on guarded cells only.
func Unguard(cell string) string { return strings.TrimPrefix(cell, "'") }
