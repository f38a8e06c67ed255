package access

import (
	"net/http"
	"strings"
	"time"
)

// VisitCookie remembers when the reader was on the first page, so that it can say what is
// new. It holds two times and nothing else.
const VisitCookie = "firstsign_visit"

// visitGap is how long a reader must be away for the next page to be another visit.
const visitGap = 30 * time.Minute

// LastVisit returns when the visit before this one ended, and renews the cookie. It is zero at
// the first visit.
func LastVisit(w http.ResponseWriter, r *http.Request, now time.Time) (before time.Time) {
	last := time.Time{}
	if c, err := r.Cookie(VisitCookie); err == nil {
		ended, latest, _ := strings.Cut(c.Value, ".")
		before, last = timeOf(ended, now), timeOf(latest, now)
	}
	if !last.IsZero() && now.Sub(last) > visitGap {
		before = last
	}
	value := before.UTC().Format(visitTime) + "." + now.UTC().Format(visitTime)
	http.SetCookie(w, &http.Cookie{
		Name: VisitCookie, Value: value, Path: "/", MaxAge: 400 * 24 * 60 * 60,
		HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode,
	})
	return before
}

const visitTime = "20060102T150405Z"

// timeOf reads a time of the cookie; zero for anything else, and for the future.
func timeOf(text string, now time.Time) time.Time {
	t, err := time.Parse(visitTime, text)
	if err != nil || t.After(now) || t.Year() < 2000 {
		return time.Time{}
	}
	return t
}
