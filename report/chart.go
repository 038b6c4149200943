package report

// chart is a row of columns, drawn as SVG: it needs no script, prints, and takes the colours
// of the page.
type chart struct {
	Title   string // for who cannot see it
	W, H    float64
	Least   float64 // how narrow it may become, so that ten columns fit on a phone
	Columns []column
}

// column is one of them. What it stands for is said at its foot, how much above it.
type column struct {
	Label, Said string
	X, Y, W, Of float64 // of the bar: its place, width and height
	Middle      float64
}

// point is what a column is made of.
type point struct {
	Label, Said string
	N           float64
}

// The measures of a chart, in its own units: text is 11 high.
const (
	columnWidth = 46
	barWidth    = 30
	barHeight   = 110
	headRoom    = 18
	footRoom    = 18
)

// columns lays out a chart, the highest column to the top.
func columns(title string, points []point) *chart {
	if len(points) == 0 {
		return nil
	}
	most := 0.0
	for _, p := range points {
		most = max(most, p.N)
	}
	c := &chart{Title: title, W: float64(columnWidth * len(points)), H: barHeight + headRoom + footRoom}
	c.Least = 0.74 * c.W
	for i, p := range points {
		of := 0.0
		if most > 0 {
			of = barHeight * p.N / most
		}
		if p.N > 0 {
			of = max(of, 1) // something is never nothing
		}
		left := float64(columnWidth * i)
		c.Columns = append(c.Columns, column{
			Label: p.Label, Said: p.Said, X: left + (columnWidth-barWidth)/2, Y: headRoom + barHeight - of, W: barWidth, Of: of, Middle: left + columnWidth/2,
		})
	}
	return c
}
