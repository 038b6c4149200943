package xlsx

import (
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/deskhaul/deskhaul/connectors/table"
	"github.com/deskhaul/deskhaul/desk"
)

// sheetWriter writes the rows of one kind, into as many sheets as it takes.
type sheetWriter struct {
	w     *writer
	kind  desk.Kind
	parts []int // cells that each column takes
	n     int   // the sheet
	at    int   // the row, from 1
	out   *excelize.StreamWriter
	wide  int // columns
	cells []any
}

// begin makes a sheet with its header, which stays in sight.
func (s *sheetWriter) begin() error {
	s.n++
	s.w.sheets++
	s.at = 1
	name := sheetName(s.kind, s.n)
	if _, err := s.w.x.NewSheet(name); err != nil {
		return err
	}
	var err error
	if s.out, err = s.w.x.NewStreamWriter(name); err != nil {
		return err
	}
	err = s.out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	if err != nil {
		return err
	}
	columns := table.Columns(s.kind)
	head := []any{}
	for i, column := range columns {
		head = append(head, excelize.Cell{StyleID: s.w.head, Value: column})
		if err := s.out.SetColWidth(i+1, i+1, widthOf(s.kind, column)); err != nil {
			return err
		}
	}
	for i, column := range columns {
		for n := 2; n <= s.parts[i]; n++ {
			head = append(head, excelize.Cell{StyleID: s.w.head, Value: nextOf(column, n)})
		}
	}
	s.wide = len(head)
	return s.out.SetRow("A1", head)
}

// widthOf is how wide a column is, in characters.
func widthOf(kind desk.Kind, column string) float64 {
	switch table.TypeOf(kind, column) {
	case table.TypeTime:
		return 20
	case table.TypeNumber, table.TypeBool:
		return 8
	case table.TypeText, table.TypeJSON:
	}
	switch column {
	case "subject", "text", "html", "name":
		return 50
	}
	return 16
}

// row writes one row; its cells are guarded.
func (s *sheetWriter) row(cells []string) error {
	if s.at > s.w.perSheet {
		if err := s.end(); err != nil {
			return err
		}
		if err := s.begin(); err != nil {
			return err
		}
	}
	s.at++
	s.cells = s.cells[:0]
	columns := table.Columns(s.kind)
	var further []string
	for i, column := range columns {
		text := ""
		if i < len(cells) {
			text = table.Unguard(cells[i])
		}
		more := halves(text)
		s.cells = append(s.cells, s.typed(table.TypeOf(s.kind, column), more[0]))
		if s.parts[i] > 1 {
			further = append(further, append(more[1:], make([]string, s.parts[i]-len(more))...)...)
		}
	}
	for _, text := range further {
		s.cells = append(s.cells, s.typed(table.TypeText, text))
	}
	return s.out.SetRow("A"+strconv.Itoa(s.at), s.cells)
}

// typed is a cell as the workbook has it: dates are dates, texts are texts whatever they
// look like.
func (s *sheetWriter) typed(typ table.Type, text string) any {
	switch typ {
	case table.TypeNumber:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(n, 10) == text {
			return n
		}
	case table.TypeTime:
		if t, ok := moment(text); ok && momentCell(t) == text {
			if n, ok := toSerial(t); ok {
				return excelize.Cell{StyleID: s.w.date, Value: n}
			}
		}
	case table.TypeBool:
		if text == "true" || text == "false" {
			return text == "true"
		}
	case table.TypeText, table.TypeJSON:
	}
	if text == "" {
		return nil
	}
	if len(text) <= 255 || strings.ContainsRune("=+-@", rune(text[0])) {
		return excelize.Cell{StyleID: s.w.text, Value: text}
	}
	return text // an old Excel shows no long text in the format of texts
}

// end makes the rows a table, for its filters.
func (s *sheetWriter) end() error {
	last, err := excelize.CoordinatesToCellName(s.wide, max(s.at, 2))
	if err != nil {
		return err
	}
	err = s.out.AddTable(&excelize.Table{
		Range: "A1:" + last, Name: strings.ReplaceAll(sheetName(s.kind, s.n), " ", "_"), StyleName: "TableStyleLight1",
	})
	if err != nil {
		return err
	}
	return s.out.Flush()
}
