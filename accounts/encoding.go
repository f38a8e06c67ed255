package accounts

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

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
	for {
		c, size := utf8.DecodeRune(text[at:])
		if c == utf8.RuneError && size == 1 {
			break
		}
		at += size
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
