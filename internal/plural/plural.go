package plural

import "fmt"

// Noun is a noun after a number: "day" after 1, "days" after any other.
func Noun[N int | int64](n N, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// Count is a number of things in words: "3 days".
func Count[N int | int64](n N, noun string) string { return fmt.Sprintf("%d %s", n, Noun(n, noun)) }
