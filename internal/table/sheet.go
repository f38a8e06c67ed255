package table

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

const (
	// inMemory is the size in bytes up to which excelize keeps a part of a workbook
	// in memory; larger sheets go to temporary files.
	inMemory = 16 << 20
	// maxRowXML is the most that one row, or one text, of a sheet may take as XML,
	// in bytes: it is held as a whole.
	maxRowXML = 32 << 20
)

// sheet reads one sheet of a workbook, row by row.
type sheet struct {
	book  *excelize.File
	name  string
	rows  *excelize.Rows
	line  int
	width int
}

// openSheet opens the sheet that was named, or the first one with a row.
func openSheet(all []byte, z *zip.Reader, o Options, shape *Shape) (*sheet, error) {
	if err := checkParts(z); err != nil {
		return nil, err
	}
	book, err := openBook(all)
	if err != nil {
		return nil, fmt.Errorf("the workbook is damaged: %w", err)
	}
	s := &sheet{book: book}
	datesAsISO(book)
	names := book.GetSheetList()
	if s.name = o.Sheet; s.name == "" {
		for _, name := range names {
			if rows, err := s.first(name, 1); err == nil && len(rows) > 0 {
				s.name = name
				break
			}
		}
	}
	switch {
	case len(names) == 0:
		err = errors.New("the workbook has no sheet")
	case s.name == "":
		err = ErrEmpty
	case !slices.Contains(names, s.name):
		err = fmt.Errorf("the workbook has no sheet %q; its sheets are %q", s.name, names)
	default:
		s.rows, err = book.Rows(s.name)
	}
	if err != nil {
		_ = s.close()
		return nil, err
	}
	shape.Sheet = s.name
	shape.OtherSheets = slices.DeleteFunc(names, func(n string) bool { return n == s.name })
	if len(shape.OtherSheets) > 0 && o.Sheet == "" {
		shape.Warn(Warning{Kind: MoreSheets, Text: fmt.Sprintf("the workbook has %d sheets; %q was read (--sheet names another: %q)", len(shape.OtherSheets)+1, s.name, shape.OtherSheets)})
	}
	return s, nil
}

// openBook hands the workbook to excelize, which panics on some that are damaged.
func openBook(all []byte) (book *excelize.File, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	return excelize.OpenReader(bytes.NewReader(all), excelize.Options{
		UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: inMemory, ShortDatePattern: isoTime,
	})
}

// checkParts refuses a workbook that would take more memory or disk than is
// reasonable: what it unpacks to is told by its directory, and kept to by
// archive/zip.
func checkParts(z *zip.Reader) error {
	var other uint64
	for _, part := range z.File {
		switch name := strings.ToLower(part.Name); {
		case strings.HasPrefix(name, "xl/worksheets/sheet"), name == "xl/sharedstrings.xml":
			if part.UncompressedSize64 > inMemory {
				if err := checkRows(part); err != nil {
					return err
				}
			}
		default:
			other += part.UncompressedSize64
		}
	}
	if other > MaxPacked {
		return fmt.Errorf("the workbook holds %d MB of pictures and other things: save the sheet as CSV UTF-8", other>>20)
	}
	return nil
}

// checkRows reads a large part once, to be sure that none of its rows or texts
// is larger than memory allows.
func checkRows(part *zip.File) error {
	xml, err := part.Open()
	if err != nil {
		return err
	}
	defer xml.Close()
	in := bufio.NewReaderSize(xml, 64<<10)
	since := 0
	for {
		piece, err := in.ReadSlice('<')
		since += len(piece)
		if next, _ := in.Peek(4); bytes.HasPrefix(next, []byte("row")) || bytes.HasPrefix(next, []byte("si>")) || bytes.HasPrefix(next, []byte("si ")) {
			since = 0
		}
		switch {
		case since > maxRowXML:
			return fmt.Errorf("the workbook has a row or a text of more than %d MB: save the sheet as CSV UTF-8", maxRowXML>>20)
		case err == io.EOF:
			return nil
		case err != nil && err != bufio.ErrBufferFull:
			return fmt.Errorf("the workbook is damaged: %s: %w", part.Name, err)
		}
	}
}

const isoTime = "yyyy-mm-dd hh:mm:ss"

// Number formats of ECMA-376 (18.8.30) that dates, and times of the day, are
// written in; 27-36 and 50-58 are those of Chinese, Japanese and Korean.
var (
	dateFormats = []int{14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58}
	timeFormats = []int{18, 19, 20, 21, 32, 33, 34, 35, 55, 56}
)

const (
	general   = 0
	shortDate = 14 // written as ShortDatePattern
	timeOfDay = 21 // h:mm:ss
)

// datesAsISO makes excelize write dates as 2026-03-05 14:30:00, however they
// are shown, and numbers as they are stored: 3/5/26 could be two days, and a
// price that is shown as 12 may be 12.40.
func datesAsISO(book *excelize.File) {
	if book.Styles == nil || book.Styles.CellXfs == nil {
		return
	}
	custom := map[int]string{}
	if formats := book.Styles.NumFmts; formats != nil {
		for _, f := range formats.NumFmt {
			if f.FormatCode16 != "" {
				custom[f.NumFmtID] = f.FormatCode16
			} else {
				custom[f.NumFmtID] = f.FormatCode
			}
			f.NumFmtID += 1 << 20 // not asked for any more
		}
	}
	for i := range book.Styles.CellXfs.Xf {
		xf := &book.Styles.CellXfs.Xf[i]
		if xf.NumFmtID != nil {
			id := kindOf(*xf.NumFmtID, custom)
			xf.NumFmtID = &id
		}
	}
}

// kindOf is the format in which cells of a format are read.
func kindOf(id int, custom map[int]string) int {
	code, isCustom := custom[id]
	switch {
	case isCustom:
		return kindOfCode(code)
	case slices.Contains(dateFormats, id):
		return shortDate
	case slices.Contains(timeFormats, id):
		return timeOfDay
	case id >= 45 && id <= 47:
		return id // durations
	}
	return general
}

// notCode is what stands for itself in a number format, and colours, locales
// and conditions.
var notCode = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|\[(?:\$[^\]]*|[^\]hms]{2,}[^\]]*)\]`)

func kindOfCode(code string) int {
	code = strings.ToLower(code)
	code = notCode.ReplaceAllString(code, "")
	code, _, _ = strings.Cut(code, ";")
	switch {
	case strings.Contains(code, "general"):
		return general
	case strings.ContainsAny(code, "[") && strings.ContainsAny(code, "hms"): // [h]:mm, a duration
		return general
	case strings.ContainsAny(code, "yd") || strings.Contains(code, "mmm"):
		return shortDate
	case strings.ContainsAny(code, "hs"):
		return timeOfDay
	case strings.Contains(code, "m"):
		return shortDate
	}
	return general
}

// sample returns the first rows, without reading on from there.
func (s *sheet) sample() ([]Row, error) { return s.first(s.name, sampleRows) }

// first returns up to n rows with something in them.
func (s *sheet) first(name string, n int) (found []Row, err error) {
	rows, err := s.book.Rows(name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for line := 1; len(found) < n && rows.Next(); line++ {
		cells, err := rows.Columns()
		if err != nil {
			return nil, err
		}
		if !blank(cells) {
			found = append(found, Row{line, cells})
		}
	}
	return found, rows.Error()
}

func (s *sheet) expect(width int) { s.width = width }

func (s *sheet) next() (Row, error) {
	for s.rows.Next() {
		s.line++
		cells, err := s.rows.Columns()
		if err != nil {
			return Row{Line: s.line}, fmt.Errorf("row %d of the sheet: %w", s.line, err)
		}
		if len(cells) == 0 {
			continue
		}
		size := 0
		for i, cell := range cells {
			size += len(cell)
			cells[i] = strings.TrimSuffix(cell, " 00:00:00") // midnight of a date alone
		}
		if size > MaxRow {
			return Row{Line: s.line}, &RowError{Line: s.line, Kind: Oversized, Text: fmt.Sprintf("the row is longer than %d bytes", MaxRow)}
		}
		for len(cells) < s.width { // a sheet does not store empty cells
			cells = append(cells, "")
		}
		return Row{s.line, cells}, nil
	}
	if err := s.rows.Error(); err != nil {
		return Row{}, err
	}
	return Row{}, io.EOF
}

// close also removes the temporary files.
func (s *sheet) close() error {
	if s.rows != nil {
		_ = s.rows.Close() // it was only read
	}
	return s.book.Close()
}
