package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"strings"
	"time"
)

// formHours is how long a form may stay open before it is sent.
const formHours = 24

// FormKey signs the tokens of forms. Instances that share the key of links take each
// other's forms.
type FormKey []byte

// OwnFormKey is the one of this process, where messages have no links.
var OwnFormKey = FormKey(rand.Text() + rand.Text())

// Token is what a form of a person carries, so that no other site can send one in the
// person's name: the hour, and a signature of hour and person.
func (k FormKey) Token(person string, now time.Time) string {
	hour := now.Unix() / 3600
	return strconv.FormatInt(hour, 36) + "." + base64.RawURLEncoding.EncodeToString(k.sign(person, hour))
}

func (k FormKey) sign(person string, hour int64) []byte {
	h := hmac.New(sha256.New, k)
	h.Write([]byte("firstsign form 1\n"))
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(hour)))
	h.Write([]byte(person))
	return h.Sum(nil)
}

// Holds reports whether a token is one of the person's and not too old.
func (k FormKey) Holds(token, person string, now time.Time) bool {
	first, signature, _ := strings.Cut(token, ".")
	hour, err := strconv.ParseInt(first, 36, 64)
	given, bad := base64.RawURLEncoding.DecodeString(signature)
	if err != nil || bad != nil || !hmac.Equal(given, k.sign(person, hour)) {
		return false
	}
	age := now.Unix()/3600 - hour
	return age >= 0 && age <= formHours
}
