package signals

// Sign is what an interaction says beside what it is: a message in which a
// competitor is praised is a message, and a competitor_praise as well.
type Sign struct {
	Signal string // the name of the signal it counts for
	Value  float64
	// Rival is the competitor that is meant, as the configuration has its name; empty where
	// none is named. It is never a word of a customer's.
	Rival string
}

// The attributes that stand for a text that was read before.
const (
	SentimentAttribute = "sentiment" // its mood, from -1 to 1
	WordsAttribute     = "words"     // what it says: complaint,ultimatum
	RivalAttribute     = "rival"     // of which competitor it says so, by a name of words.yaml
)

// Reader reads the signs of an interaction. It is a pure function of the
// interaction: the same record always has the same signs. It is used by several
// goroutines at once.
type Reader interface {
	// Signs appends the signs of an interaction to list. An interaction without
	// any costs next to nothing.
	Signs(in *Interaction, list []Sign) []Sign
	// Hash names what the reader knows; another one may read other signs.
	Hash() string
}
