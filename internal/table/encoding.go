package table

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"
)

// evidence is how many bytes an encoding is judged by.
const evidence = 64 << 10

// piece is how many bytes are passed on at once. They are looked through, copied and
// looked through again by who reads them, and stay in a core's nearest cache.
const piece = 8 << 10

// decoded is a text as UTF-8. The encoding is decided at the first byte that is
// not ASCII, because up to there all of them are the same.
type decoded struct {
	raw   *bufio.Reader
	out   io.Reader // nil: undecided
	shape *Shape
	line  int // lines before the undecided part
}

// decode begins a text. name is an encoding to take without asking, empty: the
// one that the bytes are evidence for.
func decode(r io.Reader, name string, shape *Shape) (io.Reader, error) {
	d := &decoded{raw: bufio.NewReaderSize(r, evidence), shape: shape}
	head, err := d.raw.Peek(evidence)
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch marked := markOf(head); {
	case marked == "UTF-8":
		_, _ = d.raw.Discard(3)
		shape.Encoding, shape.EncodingBy, d.out = marked, ByMark, d.raw
		return d, nil
	case marked != "":
		shape.Encoding, shape.EncodingBy = marked, ByMark
		d.out = transform.NewReader(d.raw, wideAs(marked, true).NewDecoder())
		return d, nil
	case name != "":
		return d, d.take(name)
	}
	if wide := wideOf(head); wide != "" {
		shape.Encoding, shape.EncodingBy = wide, Likely
		d.out = transform.NewReader(d.raw, wideAs(wide, false).NewDecoder())
		return d, nil
	}
	shape.Encoding, shape.EncodingBy = "UTF-8", Valid
	return d, d.decideAt(head)
}

// take reads the text in the encoding of a name: that of the WHATWG, such as
// gbk, big5, shift_jis, iso-8859-1 or windows-1251.
func (d *decoded) take(name string) error {
	enc, err := htmlindex.Get(name)
	if err != nil {
		return fmt.Errorf("no encoding is called %q: write utf-8, gb18030, big5, utf-16le, windows-1252, shift_jis or another name of the WHATWG list", name)
	}
	name, _ = htmlindex.Name(enc)
	if d.shape.Encoding, d.shape.EncodingBy = display(name), ByName; name == "utf-8" {
		d.out = d.raw
		return nil
	}
	d.out = transform.NewReader(d.raw, enc.NewDecoder())
	return nil
}

func display(name string) string {
	if strings.HasPrefix(name, "windows") {
		return "Windows" + strings.TrimPrefix(name, "windows")
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

func markOf(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return "UTF-8"
	case bytes.HasPrefix(head, []byte("\xff\xfe\x00\x00")):
		return "UTF-32LE"
	case bytes.HasPrefix(head, []byte("\x00\x00\xfe\xff")):
		return "UTF-32BE"
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return "UTF-16LE"
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return "UTF-16BE"
	}
	return ""
}

// wideAs is UTF-16 or UTF-32 in one of its two orders, with a mark or without.
func wideAs(name string, marked bool) encoding.Encoding {
	mark, mark32 := unicode.IgnoreBOM, utf32.IgnoreBOM
	if marked {
		mark, mark32 = unicode.ExpectBOM, utf32.ExpectBOM
	}
	switch name {
	case "UTF-32LE":
		return utf32.UTF32(utf32.LittleEndian, mark32)
	case "UTF-32BE":
		return utf32.UTF32(utf32.BigEndian, mark32)
	case "UTF-16BE":
		return unicode.UTF16(unicode.BigEndian, mark)
	}
	return unicode.UTF16(unicode.LittleEndian, mark)
}

// wideOf recognises UTF-16 and UTF-32 without a mark: digits, delimiters and line ends
// of every table have a zero byte, always before or always behind the other one. Of
// four bytes of UTF-32, the highest is always zero and the next one nearly always.
func wideOf(head []byte) string {
	head = head[:min(len(head), 4<<10)&^3]
	var at [4]int
	for i, b := range head {
		if b == 0 {
			at[i&3]++
		}
	}
	zeros := [2]int{at[0] + at[2], at[1] + at[3]}
	switch quarter := len(head) / 4; {
	case quarter == 0:
	case at[3] == quarter && 8*at[2] >= 7*quarter && at[0] == 0:
		return "UTF-32LE"
	case at[0] == quarter && 8*at[1] >= 7*quarter && at[3] == 0:
		return "UTF-32BE"
	case 8*zeros[1] >= len(head) && zeros[1] > 16*zeros[0]:
		return "UTF-16LE"
	case 8*zeros[0] >= len(head) && zeros[0] > 16*zeros[1]:
		return "UTF-16BE"
	}
	return ""
}

// Read implements io.Reader.
func (d *decoded) Read(p []byte) (int, error) {
	if d.out != nil {
		return d.out.Read(p)
	}
	head, err := d.raw.Peek(1)
	if len(head) == 0 {
		return 0, err
	}
	head, _ = d.raw.Peek(min(d.raw.Buffered(), len(p), piece))
	ascii := head[:asciiPrefix(head)]
	if len(ascii) == 0 {
		head, err := d.raw.Peek(evidence)
		if err != nil && err != io.EOF {
			return 0, err
		}
		if err := d.decideAt(head); err != nil {
			return 0, err
		}
		return d.out.Read(p)
	}
	n := copy(p, ascii)
	d.line += bytes.Count(ascii, []byte("\n"))
	_, _ = d.raw.Discard(n) // it was peeked: cannot fail
	return n, nil
}

// asciiPrefix is how many bytes are ASCII, looked at 32 at a time: all of every
// file pass here.
func asciiPrefix(b []byte) int {
	i := 0
	for ; i+32 <= len(b); i += 32 {
		w := (*[32]byte)(b[i:]) // bounds are checked once
		first := binary.LittleEndian.Uint64(w[:8]) | binary.LittleEndian.Uint64(w[8:16])
		if (first|binary.LittleEndian.Uint64(w[16:24])|binary.LittleEndian.Uint64(w[24:]))&0x8080808080808080 != 0 {
			break
		}
	}
	for ; i < len(b); i++ {
		if b[i] >= utf8.RuneSelf {
			break
		}
	}
	return i
}

// decideAt takes the encoding that the bytes are evidence for. Without a byte
// above ASCII nothing is decided.
func (d *decoded) decideAt(head []byte) error {
	at := asciiPrefix(head)
	if at == len(head) {
		return nil
	}
	others, mostly := notUTF8(head[at:])
	if mostly {
		d.out = d.raw
		return nil
	}
	best, second := rank(others)
	line := d.line + 1 + bytes.Count(head[:at], []byte("\n"))
	if best.score < 0.5 {
		return fmt.Errorf("line %d: the text is not UTF-8, and its encoding cannot be told from it: save the file as UTF-8, or name the encoding (--encoding windows-1251)", line)
	}
	d.shape.Encoding, d.shape.EncodingBy = best.name, Likely
	if second.score > best.score-0.2 {
		d.shape.EncodingBy = Guessed
		d.shape.Warn(Warning{
			Line: line, Kind: OtherEncoding, Other: second.name,
			Text: fmt.Sprintf("the text is not UTF-8; it was taken as %s, and could be %s: --encoding names another", best.name, second.name),
		})
	}
	d.out = transform.NewReader(&unmixed{r: d.raw, line: d.line + 1, name: best.name}, best.enc.NewDecoder())
	return nil
}

// notUTF8 returns the lines that are no UTF-8, and whether more lines with bytes
// above ASCII are: then the others are found, and named, when their rows are read.
func notUTF8(text []byte) (others []byte, mostly bool) {
	valid, broken := 0, 0
	for len(text) > 0 {
		line, rest, whole := bytes.Cut(text, []byte("\n"))
		text = rest
		switch {
		case asciiPrefix(line) == len(line):
		case utf8.Valid(line), !whole && utf8.Valid(withoutCutRune(line)):
			valid++
		default:
			broken++
			others = append(append(others, line...), '\n')
		}
	}
	return others, valid > broken
}

// withoutCutRune leaves out the beginning of a character that the end of the
// evidence has cut.
func withoutCutRune(line []byte) []byte {
	for back := 1; back < utf8.UTFMax && back <= len(line); back++ {
		if i := len(line) - back; utf8.RuneStart(line[i]) {
			if !utf8.FullRune(line[i:]) {
				return line[:i]
			}
			break
		}
	}
	return line
}

// candidate is an encoding, and how well a text fits it: from 0 to 1, below 0
// when it is not valid.
type candidate struct {
	name  string
	enc   encoding.Encoding
	score float64
}

// rank returns the two most likely encodings of a text that is not UTF-8: by the
// share of characters that lie where the common ones do, and for Chinese, whose
// two encodings use the same bytes, by the share of frequent ones as well.
func rank(text []byte) (best, second candidate) {
	gb, big5 := shareGB18030(text), shareBig5(text)
	if gb > 0 && big5 > 0 {
		gb = (gb + shareOfFrequent(text, simplifiedchinese.GB18030, frequentSimplified)) / 2
		big5 = (big5 + shareOfFrequent(text, traditionalchinese.Big5, frequentTraditional)) / 2
		if most := max(gb, big5); most > 0 { // names of a few rare characters are Chinese all the same
			scale := max(shareGB18030(text), shareBig5(text)) / most
			gb, big5 = gb*scale, big5*scale
		}
	}
	for _, c := range []candidate{
		{"GB18030", simplifiedchinese.GB18030, gb},
		{"Big5", traditionalchinese.Big5, big5},
		{"Shift_JIS", japanese.ShiftJIS, shareShiftJIS(text)},
		{"Windows-1252", charmap.Windows1252, shareWestern(text)},
	} {
		switch {
		case c.score > best.score:
			best, second = c, best
		case c.score > second.score:
			second = c
		}
	}
	return best, second
}

// shareOfFrequent is the share of frequent characters among those above ASCII.
func shareOfFrequent(text []byte, enc encoding.Encoding, own map[rune]bool) float64 {
	decoded, _ := enc.NewDecoder().Bytes(text) // what is not valid becomes U+FFFD
	all, known := 0.0, 0.0
	for _, c := range string(decoded) {
		if c < utf8.RuneSelf {
			continue
		}
		if all++; own[c] || frequentBoth[c] {
			known++
		}
	}
	if all == 0 {
		return 0
	}
	return known / all
}

// weights of a character: common, or there but rare.
const (
	common = 1.0
	rare   = 0.5
)

// shareOf walks over a text of one and two bytes a character. double weighs
// a pair, single a byte above ASCII that stands alone; below 0: not valid. One in
// 20 may be broken: its row is told when it is read.
func shareOf(text []byte, single func(b byte) float64, double func(b, next byte) float64) float64 {
	all, sum, broken := 0.0, 0.0, 0.0
	for i := 0; i < len(text); i++ {
		if text[i] < utf8.RuneSelf {
			continue
		}
		weight := single(text[i])
		if weight < 0 {
			if i+1 == len(text) {
				break // cut by the end of the evidence
			}
			if weight = double(text[i], text[i+1]); weight < 0 {
				broken++
				continue
			}
			i++
		}
		all++
		sum += weight
	}
	if 20*broken > all {
		return -1
	}
	if all == 0 {
		return 0
	}
	return sum / all
}

func noSingle(byte) float64 { return -1 }

// shareGB18030: characters of the first level of GB 2312 (16-55) are common.
// Those of four bytes are told by a digit in the second and not weighed.
func shareGB18030(text []byte) float64 {
	return shareOf(text, noSingle, func(b, next byte) float64 {
		switch {
		case b == 0x80 || b == 0xff || next == 0x7f || next == 0xff || next < 0x30 || next > 0x39 && next < 0x40:
			return -1
		case next < 0xa1: // an extension of GBK, or the first half of four bytes
			return 0
		case b >= 0xb0 && b <= 0xd7, b >= 0xa1 && b <= 0xa3:
			return common
		case b >= 0xd8 && b <= 0xf7:
			return rare
		}
		return 0
	})
}

// shareBig5: the 5,401 characters of the first level are common.
func shareBig5(text []byte) float64 {
	return shareOf(text, noSingle, func(b, next byte) float64 {
		switch {
		case b < 0x81 || b == 0xff || next < 0x40 || next > 0x7e && next < 0xa1 || next == 0xff:
			return -1
		case b >= 0xa4 && b <= 0xc6, b == 0xa1:
			return common
		case b >= 0xc9 && b <= 0xf9:
			return rare
		}
		return 0
	})
}

// shareShiftJIS: kana, punctuation and the kanji of the first level are common.
func shareShiftJIS(text []byte) float64 {
	return shareOf(text, func(b byte) float64 {
		if b >= 0xa1 && b <= 0xdf {
			return 0.2 // half-width kana: valid, and seldom much of a text
		}
		return -1
	}, func(b, next byte) float64 {
		switch {
		case b < 0x81 || b == 0xa0 || b > 0xfc || next < 0x40 || next == 0x7f || next > 0xfc:
			return -1
		case b >= 0x81 && b <= 0x83, b >= 0x88 && b <= 0x97:
			return common
		case b >= 0x98 && b <= 0x9f, b >= 0xe0 && b <= 0xea:
			return rare
		}
		return 0
	})
}

// shareWestern: letters with accents stand between plain ones, seldom two of
// them side by side.
func shareWestern(text []byte) float64 {
	all, sum := 0.0, 0.0
	for i := 0; i < len(text); {
		from := i
		for i < len(text) && text[i] >= utf8.RuneSelf {
			i++
		}
		run := text[from:i]
		if i++; len(run) == 0 {
			continue
		}
		all += float64(len(run))
		for _, b := range run {
			switch {
			case bytes.IndexByte([]byte("\x81\x8d\x8f\x90\x9d"), b) >= 0:
				return -1
			case len(run) == 1 && (b >= 0xc0 || bytes.IndexByte([]byte("\x80\x85\x91\x92\x93\x94\x96\x97\x99\xa0\xa3\xa7\xab\xae\xb0\xb5\xb7\xbb"), b) >= 0):
				sum += common
			case len(run) == 2 && b >= 0xc0:
				sum += rare
			}
		}
	}
	if all == 0 {
		return 0
	}
	return sum / all
}

// unmixed passes on a text that is not UTF-8 and stops at the first line that
// is: two encodings in one file would be read wrongly without an error.
type unmixed struct {
	r    io.Reader
	name string
	line int

	pending int  // bytes that the character lacks
	broken  bool // the line is no UTF-8
	two     int  // characters of two bytes, which may be chance
	three   int  // longer ones, which are not
}

// Read implements io.Reader.
func (u *unmixed) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	for _, b := range p[:n] {
		if b == '\n' || b == '\r' {
			if u.isUTF8() {
				return 0, fmt.Errorf("line %d is UTF-8, and lines before it are %s: the file mixes two encodings, so convert the parts before they are put together", u.line, u.name)
			}
			if b == '\n' {
				u.line++
			}
			u.pending, u.broken, u.two, u.three = 0, false, 0, 0
		} else if b >= utf8.RuneSelf || u.pending > 0 {
			u.byte(b)
		}
	}
	return n, err
}

// isUTF8 asks for so much that a line of another encoding is not that by chance:
// Western texts never have such pairs, others often have some.
func (u *unmixed) isUTF8() bool {
	return !u.broken && u.pending == 0 && (u.three > 0 || u.two > 0 && u.name == "Windows-1252")
}

func (u *unmixed) byte(b byte) {
	switch {
	case u.pending > 0:
		if u.pending--; b&0xc0 != 0x80 {
			u.broken = true
		}
	case b >= 0xc2 && b <= 0xdf:
		u.pending, u.two = 1, u.two+1
	case b >= 0xe0 && b <= 0xef:
		u.pending, u.three = 2, u.three+1
	case b >= 0xf0 && b <= 0xf4:
		u.pending, u.three = 3, u.three+1
	default:
		u.broken = true
	}
}
