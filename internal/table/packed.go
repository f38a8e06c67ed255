package table

import (
	"archive/zip"
	"bufio"
	"bytes"

	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// MaxPacked is the largest zip or workbook that is read, in bytes: it is held in
// memory, because its directory is at its end.
const MaxPacked = 128 << 20

// maxUnpacked is what a workbook may unpack to, in bytes. Large sheets of it are
// unpacked into temporary files. A zip may unpack to more, unless it says that it
// is 200 times its size.
const maxUnpacked = 2 << 30

// packed is what a file was packed in, or the workbook that it is.
type packed struct {
	text io.Reader // nil: a workbook
	book *zip.Reader
	all  []byte // of the workbook
}

// unpack looks at the first bytes. What is no text and no known pack is refused.
func unpack(r *bufio.Reader, shape *Shape) (packed, error) {
	head, err := r.Peek(512)
	if err != nil && err != io.EOF {
		return packed{}, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		unzipped, err := gzip.NewReader(r)
		shape.Packed = "gzip"
		return packed{text: unzipped}, err
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")):
		unzipped, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(MaxPacked))
		if err != nil {
			return packed{}, err
		}
		shape.Packed = "zstd"
		return packed{text: unzipped.IOReadCloser()}, nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return unzip(r, shape)
	}
	if what := foreign(head); what != "" {
		return packed{}, fmt.Errorf("the file is %s: save it as .xlsx or as CSV UTF-8", what)
	}
	return packed{text: r}, nil
}

// foreign names what people take for a table and is none.
func foreign(head []byte) string {
	plain := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))))
	switch {
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return "an old Excel workbook (.xls), or one with a password"
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return "a PDF"
	case bytes.HasPrefix(head, []byte("PAR1")):
		return "a Parquet file"
	case bytes.HasPrefix(head, []byte("SQLite format 3\x00")):
		return "an SQLite database"
	case bytes.HasPrefix(head, []byte("BZh")), bytes.HasPrefix(head, []byte("\xfd7zXZ")), bytes.HasPrefix(head, []byte("7z\xbc\xaf\x27\x1c")), bytes.HasPrefix(head, []byte("Rar!")):
		return "packed in a way that is not read (gzip, zip and zstd are); unpack it"
	case bytes.HasPrefix(plain, []byte("<?xml")), bytes.HasPrefix(plain, []byte("<!doctype")), bytes.HasPrefix(plain, []byte("<html")), bytes.HasPrefix(plain, []byte("<table")), bytes.HasPrefix(plain, []byte("<meta")):
		return "a web page or XML, which some systems call .xls; open it in Excel"
	}
	return ""
}

// unzip opens a zip that holds one table, or is a workbook.
func unzip(r io.Reader, shape *Shape) (packed, error) {
	all, err := io.ReadAll(io.LimitReader(r, MaxPacked+1))
	switch {
	case err != nil:
		return packed{}, err
	case len(all) > MaxPacked:
		return packed{}, fmt.Errorf("the zip or workbook is larger than %d MB: unpack it, or save it as CSV UTF-8", MaxPacked>>20)
	}
	z, err := zip.NewReader(bytes.NewReader(all), int64(len(all)))
	if err != nil {
		return packed{}, fmt.Errorf("the zip or workbook is damaged: %w", err)
	}
	if slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == "[Content_Types].xml" }) {
		return workbookIn(z, all, shape)
	}
	var tables []*zip.File
	var names []string
	for _, f := range z.File {
		switch base := path.Base(f.Name); {
		case f.Name == "content.xml":
			return packed{}, errors.New("the file is an OpenDocument sheet: save it as .xlsx or as CSV UTF-8")
		case strings.HasSuffix(f.Name, "/"), strings.HasPrefix(f.Name, "__MACOSX/"), strings.HasPrefix(base, "."), base == "Thumbs.db", base == "desktop.ini":
		default:
			tables, names = append(tables, f), append(names, fmt.Sprintf("%q", f.Name))
		}
	}
	switch {
	case len(tables) == 0:
		return packed{}, errors.New("the zip holds no file")
	case len(tables) > 1:
		list := strings.Join(names[:min(len(names), 10)], ", ")
		return packed{}, fmt.Errorf("the zip holds %d files (%s): unpack it and name one of them", len(names), list)
	case tables[0].Flags&1 != 0:
		return packed{}, errors.New("the zip has a password: unpack it")
	case tables[0].UncompressedSize64 > maxUnpacked && tables[0].UncompressedSize64/200 > tables[0].CompressedSize64:
		return packed{}, fmt.Errorf("the zip unpacks to %d GB, %d times its size: unpack it yourself if you trust it", tables[0].UncompressedSize64>>30, tables[0].UncompressedSize64/max(tables[0].CompressedSize64, 1))
	}
	text, err := tables[0].Open()
	if err != nil {
		return packed{}, fmt.Errorf("%s: %w", tables[0].Name, err)
	}
	shape.Member = tables[0].Name
	inner, err := unpackInner(text, shape)
	shape.Packed = "zip"
	return inner, err
}

// workbookIn tells an Excel workbook from others of its family.
func workbookIn(z *zip.Reader, all []byte, shape *Shape) (packed, error) {
	var sheets bool
	for _, f := range z.File {
		switch {
		case strings.EqualFold(f.Name, "xl/workbook.xml"):
			shape.Format = "XLSX"
			return packed{book: z, all: all}, nil
		case f.Name == "xl/workbook.bin":
			return packed{}, errors.New("the file is a binary Excel workbook (.xlsb): save it as .xlsx or as CSV UTF-8")
		case strings.HasPrefix(f.Name, "xl/"):
			sheets = true
		}
	}
	if sheets {
		return packed{}, errors.New("the file is an Excel workbook without a list of its sheets (xl/workbook.xml): open it in Excel and save it anew, or save it as CSV UTF-8")
	}
	return packed{}, errors.New("the file is a document of Word, PowerPoint or the like: save its table as .xlsx or as CSV UTF-8")
}

// unpackInner opens what lies in a zip: a text, a packed one or a workbook, but
// no further zip.
func unpackInner(text io.Reader, shape *Shape) (packed, error) {
	r := bufio.NewReader(text)
	if head, _ := r.Peek(4); string(head) == "PK\x03\x04" {
		name := shape.Member
		inner, err := unzip(r, shape)
		if err == nil && inner.book == nil {
			err = errors.New("the zip holds a zip: unpack it")
		}
		shape.Member = name
		return inner, err
	}
	return unpack(r, shape)
}
