package signals

// Interaction is one decoded record: an account did, or we did with it,
// something at a time.
//
// The byte slices point into the decoded record or into the decoder's scratch
// space and are valid until the next Decode; copy what outlives it. Decoding
// into the same Interaction again allocates nothing.
type Interaction struct {
	Time       int64 // Unix nanoseconds
	Value      float64
	Account    []byte // clean, see package identity
	Signal     []byte
	ID         []byte // unique within Source; empty when the source gives none
	Contact    []byte // the person, clean; empty when not known
	Source     []byte // the feed it came from, empty when not given
	Text       []byte
	Attributes []Attribute // in the order of the record; numbers and booleans as their JSON text
}

// Attribute is one entry of an interaction's "attributes" object.
type Attribute struct {
	Key, Value []byte
}

// Attribute returns the value of a key, nil when it is absent.
func (in *Interaction) Attribute(key string) []byte {
	for i := range in.Attributes {
		if string(in.Attributes[i].Key) == key {
			return in.Attributes[i].Value
		}
	}
	return nil
}
