package identity

// IsShortened says that an id is a long number as a spreadsheet shows it when its
// column is too narrow: 1.38E+10, 6,2E+15. Numbers that differ behind the first
// digits become one such text, and so several accounts become one.
func IsShortened(id string) bool {
	at := 0
	digits := func() (n int) {
		for at < len(id) && id[at] >= '0' && id[at] <= '9' {
			at, n = at+1, n+1
		}
		return n
	}
	if digits() != 1 {
		return false
	}
	if at < len(id) && (id[at] == '.' || id[at] == ',') {
		if at++; digits() == 0 {
			return false
		}
	}
	if at+2 > len(id) || id[at]|0x20 != 'e' || id[at+1] != '+' {
		return false
	}
	at += 2
	return digits() >= 2 && at == len(id)
}
