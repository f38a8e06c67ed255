package table

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode/utf32"

	"firstsign/internal/racetest"
)

// in encodes a text.
func in(t *testing.T, name, text string) string {
	t.Helper()
	enc, err := htmlindex.Get(name)
	if err != nil {
		t.Fatal(err)
	}
	out, err := enc.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEncodings(t *testing.T) {
	const (
		simplified  = "日期,客户,类型,备注\n2026-03-02,恒达钢铁,电话,咨询续约\n2026-03-03,华泰贸易,拜访,“很满意”，下周再谈\n"
		traditional = "日期,客戶,類型,備註\n2026-03-02,恆達鋼鐵,電話,諮詢續約\n2026-03-03,華泰貿易,拜訪,「很滿意」，下週再談\n"
		japanese    = "日付,顧客,種類,メモ\n2026-03-02,山田商事,電話,見積もりのお願い\n"
		western     = "Datum,Kunde,Notiz\n2026-03-02,Müller & Söhne,Rückruf für Größe\n2026-03-03,Café José,déjà vu – 20 €\n"
		russian     = "Дата,Клиент,Тип\n2026-03-02,Ромашка,звонок\n"
	)
	wide := func(text, unit string) string { // UTF-16 of ASCII: unit tells the order of bytes
		var b strings.Builder
		for _, c := range text {
			b.WriteString(strings.Replace(unit, "x", string(c), 1))
		}
		return b.String()
	}
	tests := []struct {
		name, file string
		o          Options
		like       string // the text that is read
		shape      string
		by         EncodingSource
	}{
		{"UTF-8", simplified, Options{}, simplified, "UTF-8", Valid},
		{"UTF-8 with a mark", "\ufeff" + simplified, Options{}, simplified, "UTF-8", ByMark},
		{"ASCII", "a,b\n1,2\n", Options{}, "a,b\n1,2\n", "UTF-8", Valid},
		{"GBK", in(t, "gbk", simplified), Options{}, simplified, "GB18030", Likely},
		{"GB18030 with characters of four bytes", in(t, "gb18030", simplified+"2026-03-04,𠮷野家㐂,电话,x\n"), Options{}, simplified + "2026-03-04,𠮷野家㐂,电话,x\n", "GB18030", Likely},
		{"GBK behind 200 kB of ASCII", "a,b\n" + strings.Repeat("1,22222222222222\n", 12000) + in(t, "gbk", "1,恒达钢铁公司\n"), Options{}, "a,b\n" + strings.Repeat("1,22222222222222\n", 12000) + "1,恒达钢铁公司\n", "GB18030", Likely},
		{"Big5", in(t, "big5", traditional), Options{}, traditional, "Big5", Likely},
		{"Shift-JIS", in(t, "shift_jis", japanese), Options{}, japanese, "Shift_JIS", Likely},
		{"Windows-1252", in(t, "windows-1252", western), Options{}, western, "Windows-1252", Likely},
		{"UTF-16LE with a mark", in(t, "utf-16le", "\ufeff"+simplified), Options{}, simplified, "UTF-16LE", ByMark},
		{"UTF-16BE with a mark", in(t, "utf-16be", "\ufeff"+simplified), Options{}, simplified, "UTF-16BE", ByMark},
		{"UTF-16LE without", in(t, "utf-16le", simplified), Options{}, simplified, "UTF-16LE", Likely},
		{"UTF-16BE without", wide("a,b\n1,2\n", "\x00x"), Options{}, "a,b\n1,2\n", "UTF-16BE", Likely},
		{"named", in(t, "windows-1251", russian), Options{Encoding: "windows-1251"}, russian, "Windows-1251", ByName},
		{"named by another name", in(t, "gbk", simplified), Options{Encoding: "GB2312"}, simplified, "Gbk", ByName},
		{"a mark is stronger than a name", "\ufeff" + simplified, Options{Encoding: "gbk"}, simplified, "UTF-8", ByMark},
		{"not to be told", in(t, "windows-1251", russian), Options{}, "refused: line 1: the text is not UTF-8, and its encoding cannot be told", "", ""},
		{"no such name", simplified, Options{Encoding: "klingon"}, `refused: no encoding is called "klingon"`, "", ""},
		{"UTF-32LE with a mark", utf32As(t, utf32.LittleEndian, utf32.UseBOM, simplified), Options{}, simplified, "UTF-32LE", ByMark},
		{"UTF-32BE with a mark", utf32As(t, utf32.BigEndian, utf32.UseBOM, simplified), Options{}, simplified, "UTF-32BE", ByMark},
		{"UTF-32LE without", utf32As(t, utf32.LittleEndian, utf32.IgnoreBOM, simplified), Options{}, simplified, "UTF-32LE", Likely},
		{"UTF-32BE without", utf32As(t, utf32.BigEndian, utf32.IgnoreBOM, "a,b\n1,2\n"), Options{}, "a,b\n1,2\n", "UTF-32BE", Likely},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, shape := read(t, tt.file, tt.o)
			want := []string{tt.like}
			if !strings.HasPrefix(tt.like, "refused") {
				want, _ = read(t, tt.like, Options{})
			}
			same(t, got, want)
			if shape.Encoding != tt.shape || shape.EncodingBy != tt.by {
				t.Errorf("taken as %s (%s), want %s (%s)", shape.Encoding, shape.EncodingBy, tt.shape, tt.by)
			}
		})
	}
}

func utf32As(t *testing.T, order utf32.Endianness, mark utf32.BOMPolicy, text string) string {
	t.Helper()
	encoded, err := utf32.UTF32(order, mark).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

// Texts that could be two things are taken for the likelier one, and that is
// told; texts of two encodings are refused with the line.
func TestEncodingsInDoubt(t *testing.T) {
	racetest.Arithmetic(t)
	_, shape := read(t, in(t, "gbk", "a,b\n魑魅,1\n"), Options{})
	if shape.EncodingBy != Guessed || len(shape.Warnings) != 1 || shape.Warnings[0].Line != 2 || !strings.Contains(shape.Warnings[0].Text, "--encoding names another") {
		t.Errorf("by %s, told %v", shape.EncodingBy, shape.Warnings)
	}
	gbk := in(t, "gbk", "日期,客户\n2026-03-02,恒达钢铁\n2026-03-02,恒达钢铁\n")
	for name, mixed := range map[string]string{"GB18030": gbk + "2026-03-03,恒达钢铁\n", "Windows-1252": in(t, "windows-1252", "a,b\nMüller,1\nMüller,2\n") + "Größe,3\n"} {
		got, _ := read(t, mixed, Options{})
		if last, want := got[len(got)-1], fmt.Sprintf("refused: line 4 is UTF-8, and lines before it are %s", name); !strings.HasPrefix(last, want) {
			t.Errorf("got %q, want %q", last, want)
		}
	}
	late := gbk + strings.Repeat(in(t, "gbk", "2026-03-03,恒达钢铁\n"), 200000) + "2026-03-03,恒达钢铁\n"
	if got, _ := read(t, late, Options{}); !strings.HasPrefix(got[len(got)-1], "ended: line 200004 is UTF-8") {
		t.Errorf("got %q", got[len(got)-1])
	}
	broken := gbk + "2026-03-04,\xff\n"
	if got, _ := read(t, broken+gbk, Options{}); len(got) != 7 || !strings.HasPrefix(got[3], "4! the row is not GB18030") {
		t.Errorf("got %q", got)
	}
}
