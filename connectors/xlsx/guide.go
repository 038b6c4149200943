package xlsx

import "github.com/deskhaul/deskhaul/connectors"

var guide = connectors.Guide{
	Limits: []string{
		"A sheet has 1,048,576 rows, a cell 32,767 characters. Nothing is cut: a text that is longer goes on in further columns (`text (2)`), rows that are more in further sheets (`messages 2`), and both are read back as one.",
		"A workbook is written whole, at the end of a run. Until then its rows are in the folder `.NAME.xlsx.rows` beside it, and what is told as done is safe there; after a kill the same command goes on, and the folder goes when the workbook is written.",
		"Attachments lie in the folder `NAME.files` beside the workbook: move both.",
		"Rows are unpacked into a temporary file once a run, for a workbook changes as a whole. Memory grows by some 40 bytes for each different text (its shared strings), not with the rows.",
	},
	Losses: []string{
		"Reading: cells are taken as they are shown last: of a formula its value, of an error (#N/A) nothing, which check counts. Formulas whose value was not saved are empty, and told: save the workbook in Excel or LibreOffice.",
		"Reading: hidden rows and columns are read. Hidden sheets are left out, unless they are named under `sheets:`. Notes, pictures and colours of cells are not read.",
		"Reading: dates of a workbook name no time zone: say `zone:`. What a link leads to is read as a column of its own, where its text does not say it.",
		"Writing: dates are in UTC, to the millisecond; those before 1901 are texts. Formats that somebody sets in a workbook of ours are gone when it is written anew; a sheet or column that somebody adds stops the run, since it would be gone too. Rows that somebody adds below stay.",
		"Old workbooks (.xls), binary ones (.xlsb), locked ones and those of LibreOffice (.ods) are refused: save them as .xlsx.",
	},
	Examples: []connectors.Example{{
		Title: "Sheets of several years",
		Text: []string{
			"Sheets of one kind are read one after the other; of an id that stands in two, the first row is taken.",
		},
		YAML: `sources:
  helpdesk:
    connector: xlsx
    path: export.xlsx
    zone: Europe/Moscow
    sheets:
      - {name: "2023", kind: tickets}
      - {name: "2024", kind: tickets}
      - {name: Переписка, kind: messages, columns: {ticket: Номер, text: Сообщение}}
targets:
  out:
    connector: xlsx
    path: moved.xlsx
`,
	}},
	Sources: []string{
		"https://support.microsoft.com/en-us/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3",
		"https://ecma-international.org/publications-and-standards/standards/ecma-376/",
	},
}
