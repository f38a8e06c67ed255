package accounts

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// ReadCSV reads accounts from CSV whose first line names the columns: id, and
// any of name, owner, grade and contacts, in any order. Contacts are written
// as id=name pairs with semicolons between them: "li-wei=Li Wei;zhang=张".
// The file is UTF-8, with or without a byte order mark. The error is Faults
// (of the file called name) or an error of r.
func ReadCSV(r io.Reader, name string) (*Directory, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	roll := &Roll{File: name}
	if line, fault := encodingFault(text, name); fault != "" {
		roll.Note(line, "%s", fault)
		return roll.Directory()
	}
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	in.FieldsPerRecord = -1 // counted below, to go on after a problem
	in.ReuseRecord = true
	columns := header(in, roll)
	if columns == nil {
		return roll.Directory()
	}
	for {
		row, err := in.Read()
		if err == io.EOF {
			return roll.Directory()
		}
		if bad := (*csv.ParseError)(nil); errors.As(err, &bad) {
			roll.Note(bad.StartLine, "%v", bad.Err)
			continue
		}
		line, _ := in.FieldPos(0)
		if len(row) != len(columns) {
			if len(row) > 1 || strings.TrimSpace(row[0]) != "" {
				roll.Note(line, "%d fields where the first line names %d columns", len(row), len(columns))
			}
			continue
		}
		if strings.Join(row, "") == "" {
			continue // an empty line of a spreadsheet
		}
		roll.Add(line, account(columns, row, line, roll))
	}
}

// header reads the names of the columns, nil when the rest makes no sense
// without them.
func header(in *csv.Reader, roll *Roll) []string {
	row, err := in.Read()
	if err == io.EOF {
		roll.Note(1, "the file is empty; the first line names the columns: %s", strings.Join(Fields, ","))
		return nil
	}
	if bad := (*csv.ParseError)(nil); errors.As(err, &bad) {
		roll.Note(bad.StartLine, "%v", bad.Err)
		return nil
	}
	line, _ := in.FieldPos(0)
	if len(row) == 1 && strings.ContainsAny(row[0], ";\t，") {
		roll.Note(line, "the columns are not separated by commas: save the file with commas between them")
		return nil
	}
	columns := make([]string, len(row))
	for i, c := range row {
		c = strings.ToLower(strings.TrimSpace(c))
		switch {
		case !slices.Contains(Fields, c):
			roll.Note(line, "unknown column %q%s; the columns are %s", c, DidYouMean(c, Fields), strings.Join(Fields, ", "))
		case slices.Contains(columns[:i], c):
			roll.Note(line, "column %q is given twice", c)
		}
		columns[i] = c
	}
	if !slices.Contains(columns, "id") {
		roll.Note(line, "there is no column \"id\"")
		return nil
	}
	return columns
}

// account turns a row into an account. The row's strings are cloned by the
// csv package with every record, so they may be kept.
func account(columns, row []string, line int, roll *Roll) Account {
	var a Account
	for i, column := range columns {
		field := strings.TrimSpace(row[i])
		switch column {
		case "id":
			a.ID = field
		case "name":
			a.Name = field
		case "owner":
			a.Owner = field
		case "grade":
			a.Grade = Grade(strings.ToLower(field))
		case "contacts":
			a.Contacts = contacts(field, line, roll)
		}
	}
	return a
}

func contacts(field string, line int, roll *Roll) []Contact {
	if field == "" {
		return nil
	}
	if strings.ContainsAny(field, "；＝") {
		roll.Note(line, "contacts %q: write the half-width signs ; and = between them", field)
		return nil
	}
	var list []Contact
	for part := range strings.SplitSeq(field, ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue // a semicolon at the end
		}
		id, name, _ := strings.Cut(part, "=")
		list = append(list, Contact{ID: strings.TrimSpace(id), Name: strings.TrimSpace(name), Key: true})
	}
	return list
}

// encodingFault finds the first line that is not UTF-8 and says how to
// convert the file. The usual case is a Chinese Excel, whose plain "CSV" is GBK.
func encodingFault(text []byte, name string) (line int, fault string) {
	const remedy = `in Excel save it as "CSV UTF-8 (Comma delimited)", or run: iconv -f %s -t UTF-8 %s > utf8.csv`
	if bytes.HasPrefix(text, []byte{0xff, 0xfe}) || bytes.HasPrefix(text, []byte{0xfe, 0xff}) {
		return 1, "the file is UTF-16, not UTF-8: " + fmt.Sprintf(remedy, "UTF-16", name)
	}
	if utf8.Valid(text) {
		return 0, ""
	}
	at := 0
	for size := 1; ; at += size {
		var c rune
		if c, size = utf8.DecodeRune(text[at:]); c == utf8.RuneError && size == 1 {
			break
		}
	}
	line = 1 + bytes.Count(text[:at], []byte("\n"))
	if looksChinese(text) {
		return line, "the file is GB18030 (GBK), not UTF-8: " + fmt.Sprintf(remedy, "GB18030", name)
	}
	return line, `the file is not UTF-8: in Excel save it as "CSV UTF-8 (Comma delimited)"`
}

// looksChinese says whether every byte above ASCII is part of a GB18030
// character and most are of its oldest part, GB 2312 (both bytes above 0xa0),
// where the common characters are; Western encodings fail that.
func looksChinese(text []byte) bool {
	all, common := 0, 0
	for i := 0; i < len(text); i++ {
		if text[i] < 0x80 {
			continue
		}
		if text[i] == 0x80 || text[i] == 0xff || i+1 == len(text) {
			return false
		}
		all++
		switch second := text[i+1]; {
		case second >= 0x30 && second <= 0x39: // four bytes
			if i+3 >= len(text) || text[i+2] < 0x81 || text[i+3] < 0x30 || text[i+3] > 0x39 {
				return false
			}
			i += 3
		case second < 0x40 || second == 0x7f || second == 0xff:
			return false
		default:
			if text[i] > 0xa0 && second > 0xa0 {
				common++
			}
			i++
		}
	}
	return all > 0 && 2*common >= all
}
