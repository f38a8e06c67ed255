package main

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// workbook writes an Excel workbook whose sheets are files of a script: workbook
// book.xlsx Name=file.csv ...
func workbook(ts *testscript.TestScript, neg bool, args []string) {
	const head = `<?xml version="1.0" encoding="UTF-8"?>`
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	var types, sheets, relations strings.Builder
	files := map[string]string{
		"_rels/.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
	}
	for i, sheet := range args[1:] {
		name, file, _ := strings.Cut(sheet, "=")
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, i+1)
		fmt.Fprintf(&sheets, `<sheet name=%q sheetId="%d" r:id="r%d"/>`, name, i+1, i+1)
		fmt.Fprintf(&relations, `<Relationship Id="r%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, office, i+1)
		files[fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)] = worksheet(ts.ReadFile(file))
	}
	files["[Content_Types].xml"] = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` + types.String() + `</Types>`
	files["xl/workbook.xml"] = `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` + office + `"><sheets>` + sheets.String() + `</sheets></workbook>`
	files["xl/_rels/workbook.xml.rels"] = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + relations.String() + `</Relationships>`

	var out bytes.Buffer
	book := zip.NewWriter(&out)
	for name, text := range files {
		w, err := book.Create(name)
		ts.Check(err)
		_, err = w.Write([]byte(head + text))
		ts.Check(err)
	}
	ts.Check(book.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), out.Bytes(), 0o600))
}

// worksheet is a sheet with the cells of a CSV without quotation marks.
func worksheet(csv string) string {
	var rows strings.Builder
	i := 0
	for line := range strings.Lines(csv) {
		i++
		fmt.Fprintf(&rows, `<row r="%d">`, i)
		for k, cell := range strings.Split(strings.TrimSpace(line), ",") {
			var text bytes.Buffer
			_ = xml.EscapeText(&text, []byte(cell)) // a buffer takes everything
			fmt.Fprintf(&rows, `<c r="%c%d" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+k, i, &text)
		}
		rows.WriteString("</row>")
	}
	return `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + rows.String() + `</sheetData></worksheet>`
}
