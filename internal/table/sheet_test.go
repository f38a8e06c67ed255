package table

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/xuri/excelize/v2"

	"firstsign/internal/racetest"
)

// workbook writes a workbook of sheets; a cell that is a styled is written in
// its number format.
func workbook(t *testing.T, sheets ...[][]any) string {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	for n, rows := range sheets {
		name := fmt.Sprintf("Sheet%d", n+1)
		if _, err := book.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for k, value := range row {
				cell, _ := excelize.CoordinatesToCellName(k+1, i+1)
				if s, ok := value.(styled); ok {
					id, err := book.NewStyle(&excelize.Style{CustomNumFmt: &s.format})
					if err == nil {
						err = book.SetCellStyle(name, cell, cell, id)
					}
					if err != nil {
						t.Fatal(err)
					}
					value = s.value
				}
				if err := book.SetCellValue(name, cell, value); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	out, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

type styled struct {
	value  any
	format string
}

func TestWorkbook(t *testing.T) {
	at := time.Date(2026, 3, 5, 14, 30, 0, 0, time.UTC)
	day := time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name   string
		sheets [][][]any
		o      Options
		want   []string
		shape  string
	}{
		{"dates are written as they are, not as they are shown", [][][]any{{
			{"how", "when"},
			{"default", at},
			{"American", styled{at, "m/d/yy h:mm AM/PM"}},
			{"British", styled{at, "dd/mm/yyyy hh:mm;@"}},
			{"a day", styled{day, "d.m.yy"}},
			{"a day in which there is a time", styled{at, "[$-409]d-mmm;@"}},
			{"Chinese", styled{at, `yyyy"年"m"月"d"日";@`}},
			{"month", styled{day, "mmm"}},
			{"a time of day", styled{0.25, "h:mm AM/PM"}},
			{"a duration", styled{1.25, "[h]:mm"}},
		}}, Options{}, []string{
			"= how|when", "2 default|2026-03-05 14:30:00", "3 American|2026-03-05 14:30:00", "4 British|2026-03-05 14:30:00", "5 a day|2026-03-05",
			"6 a day in which there is a time|2026-03-05 14:30:00", "7 Chinese|2026-03-05 14:30:00", "8 month|2026-03-05", "9 a time of day|06:00:00", "10 a duration|1.25",
		}, `XLSX, sheet "Sheet1"`},
		{"numbers are written as they are stored", [][][]any{{
			{"how", "much"}, {"plain", 1234.5}, {"shown as whole", styled{1234.56, "#,##0"}}, {"money", styled{-1234.56, `"$"#,##0.00;[Red]("$"#,##0.00)`}},
			{"dollars of the day", styled{12.5, `#,##0.00\ "days"`}}, {"share", styled{0.25, "0%"}}, {"text", "00420"}, {"large", 12345678901234.0}, {"yes", true}, {"added", 0.1 + 0.2},
		}}, Options{}, []string{
			"= how|much", "2 plain|1234.5", "3 shown as whole|1234.56", "4 money|-1234.56", "5 dollars of the day|12.5", "6 share|0.25", "7 text|00420", "8 large|12345678901234", "9 yes|TRUE", "10 added|0.3",
		}, `XLSX, sheet "Sheet1"`},
		{"titles, blank rows, cells that are not stored, totals", [][][]any{{
			{"Report"}, {}, {"Date", "Customer", "Note"}, {"2026-03-05", "acme"}, {}, {"", "b", "x"}, {"合计", nil, 3},
		}}, Options{}, []string{"= Date|Customer|Note", "4 2026-03-05|acme|", "6 |b|x"}, `XLSX, sheet "Sheet1", header on line 3, title lines passed over: 1, totals left out: 1 (line 7)`},
		{"the first sheet that is not empty", [][][]any{{}, {{"a", "b"}, {1, 2}}, {{"c", "d"}}}, Options{}, []string{"= a|b", "2 1|2"}, `XLSX, sheet "Sheet2"`},
		{"the sheet that is named", [][][]any{{{"a", "b"}, {1, 2}}, {{"c", "d"}}}, Options{Sheet: "Sheet2"}, []string{"= c|d"}, `XLSX, sheet "Sheet2"`},
		{"a sheet that is not there", [][][]any{{{"a", "b"}}}, Options{Sheet: "x"}, []string{`refused: the workbook has no sheet "x"; its sheets are ["Sheet1"]`}, ""},
		{"nothing", [][][]any{{}}, Options{}, []string{"refused: the file is empty"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, shape := read(t, workbook(t, tt.sheets...), tt.o, 0)
			same(t, got, tt.want)
			if s := shape.String(); s != tt.shape {
				t.Errorf("shape %q, want %q", s, tt.shape)
			}
			if told := len(shape.Warnings) > 0; told != (tt.name == "the first sheet that is not empty") {
				t.Errorf("warnings %v", shape.Warnings)
			}
		})
	}
}

// zipped packs files of a name and a text each.
func zipped(t *testing.T, files ...string) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = io.WriteString(w, files[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func gzipped(text string) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return out.String()
}

func TestPacked(t *testing.T) {
	const csv = "a,b\n1,2\n"
	pressed, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	rows := []string{"= a|b", "2 1|2"}
	book := workbook(t, [][]any{{"a", "b"}, {1, 2}})
	tests := []struct {
		name, file string
		want       []string
		shape      string
	}{
		{"gzip", gzipped(csv), rows, "CSV in gzip, UTF-8, delimiter ,"},
		{"gzip that was cut", gzipped(strings.Repeat(csv, 9))[:30], []string{"refused: unexpected EOF"}, ""},
		{"zstd", string(pressed.EncodeAll([]byte(csv), nil)), rows, "CSV in zstd, UTF-8, delimiter ,"},
		{"zip", zipped(t, "__MACOSX/._x.csv", "?", "dir/", "", "dir/x.csv", csv, ".DS_Store", "?"), rows, "CSV in zip (dir/x.csv), UTF-8, delimiter ,"},
		{"zip of gzip", zipped(t, "x.csv.gz", gzipped(csv)), rows, "CSV in zip (x.csv.gz), UTF-8, delimiter ,"},
		{"zip of a workbook", zipped(t, "x.xlsx", book), rows, `XLSX in zip (x.xlsx), sheet "Sheet1"`},
		{"zip of several", zipped(t, "x.csv", csv, "y.csv", csv), []string{`refused: the zip holds 2 files ("x.csv", "y.csv"): unpack it and name one of them`}, ""},
		{"zip of a zip", zipped(t, "x.zip", zipped(t, "x.csv", csv)), []string{"refused: the zip holds a zip: unpack it"}, ""},
		{"zip of nothing", zipped(t), []string{"refused: the zip holds no file"}, ""},
		{"zip that was cut", zipped(t, "x.csv", csv)[:40], []string{"refused: the zip or workbook is damaged"}, ""},
		{"a workbook that was cut", book[:len(book)/2], []string{"refused: the zip or workbook is damaged"}, ""},
		{"no workbook after all", zipped(t, "xl/workbook.xml", "<workbook>", "[Content_Types].xml", "x"), []string{"refused: the workbook is damaged"}, ""},
		{"binary workbook", zipped(t, "[Content_Types].xml", "x", "xl/workbook.bin", "x"), []string{"refused: the file is a binary Excel workbook (.xlsb): save it as .xlsx or as CSV UTF-8"}, ""},
		{"a workbook without a list of sheets", zipped(t, "[Content_Types].xml", "x", "xl/worksheets/sheet1.xml", "<worksheet/>"), []string{"refused: the file is an Excel workbook without a list of its sheets"}, ""},
		{"Word", zipped(t, "[Content_Types].xml", "x", "word/document.xml", "x"), []string{"refused: the file is a document of Word"}, ""},
		{"OpenDocument", zipped(t, "mimetype", "x", "content.xml", "x"), []string{"refused: the file is an OpenDocument sheet"}, ""},
		{"old workbook", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600), []string{"refused: the file is an old Excel workbook (.xls), or one with a password: save it as .xlsx or as CSV UTF-8"}, ""},
		{"a web page", "\n<!DOCTYPE html><table>", []string{"refused: the file is a web page or XML"}, ""},
		{"PDF", "%PDF-1.7", []string{"refused: the file is a PDF"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, shape := read(t, tt.file, Options{})
			same(t, got, tt.want)
			if s := shape.String(); s != tt.shape {
				t.Errorf("shape %q, want %q", s, tt.shape)
			}
		})
	}
}

// No temporary file is left when a large workbook was read or refused.
func TestLargeWorkbookLeavesNothing(t *testing.T) {
	racetest.Arithmetic(t)
	if testing.Short() {
		t.Skip("writes 16 MB of XML")
	}
	t.Setenv("TMPDIR", t.TempDir())
	book := excelize.NewFile()
	rows, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	const n = 100000
	for i := range n {
		_ = rows.SetRow(fmt.Sprintf("A%d", i+1), []any{"2026-03-05", "acme", "call", i, "a note that makes the row longer than it is"})
	}
	if err := rows.Flush(); err != nil {
		t.Fatal(err)
	}
	out, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	_ = book.Close()
	got, shape := read(t, out.String(), Options{})
	if len(got) != n || shape.Rows != n-1 {
		t.Errorf("%d rows, shape says %d", len(got), shape.Rows)
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}
