package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// localPerson is who answers at the service's own machine where there is no login.
const localPerson = "localhost"

// personOf is who may answer alerts by a request without a link: whoever logged in with a
// password, and on an address that only this machine reaches whoever sits there. It is
// empty for everybody else. The login was checked before, see door.
func (c Config) personOf(r *http.Request) string {
	if l := loginOf(c.ConfigFile); l.passwords() {
		user, _, _ := r.BasicAuth() // of open paths the door has removed it
		return user
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil || !isLoopback(host) {
		return ""
	}
	// A page of another site may give its name our address. The browser then still
	// sends the name.
	asked := r.Host
	if name, _, err := net.SplitHostPort(asked); err == nil {
		asked = name
	}
	if !isLoopback(strings.Trim(asked, "[]")) {
		return ""
	}
	return localPerson
}

// isLoopback reports whether a host is this machine for itself alone.
func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

// formHours is how long a form may stay open before it is sent.
const formHours = 24

// formKey signs the tokens of forms. Instances that share the key of links take each
// other's forms.
type formKey []byte

// ownFormKey is the one of this process, where messages have no links.
var ownFormKey = formKey(rand.Text() + rand.Text())

// token is what a form of a person carries, so that no other site can send one in the
// person's name: the hour, and a signature of hour and person.
func (k formKey) token(person string, now time.Time) string {
	hour := now.Unix() / 3600
	return strconv.FormatInt(hour, 36) + "." + base64.RawURLEncoding.EncodeToString(k.sign(person, hour))
}

func (k formKey) sign(person string, hour int64) []byte {
	h := hmac.New(sha256.New, k)
	h.Write([]byte("firstsign form 1\n"))
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(hour)))
	h.Write([]byte(person))
	return h.Sum(nil)
}

// holds reports whether a token is one of the person's and not too old.
func (k formKey) holds(token, person string, now time.Time) bool {
	first, signature, _ := strings.Cut(token, ".")
	hour, err := strconv.ParseInt(first, 36, 64)
	given, bad := base64.RawURLEncoding.DecodeString(signature)
	if err != nil || bad != nil || !hmac.Equal(given, k.sign(person, hour)) {
		return false
	}
	age := now.Unix()/3600 - hour
	return age >= 0 && age <= formHours
}

// backTo is the page of ours that a form came from; the first page for anything else.
func backTo(path string) string {
	if path == "/" || strings.HasPrefix(path, "/?") || strings.HasPrefix(path, "/accounts/") {
		if !strings.ContainsAny(path, "\\\r\n") {
			return path
		}
	}
	return "/"
}
