package text

import "embed"

//go:embed topics
var topicFiles embed.FS

// topicNames are the topics of topics/*.txt, by the bit of their class.
var topicNames = []string{
	"self", "make", "hire", "insource", "outsource", "price", "lower", "high", "terms", "budget", "ask",
	"publicity", "recommend", "prospects", "remove", "nomore", "otherfirm", "them", "second", "supplier", "qualify", "split",
	"offered", "seller", "tous", "contract", "leaving", "deadline", "unless", "notice", "last", "fault", "annoyed", "missing",
	"service", "praised", "better", "fine", "keep", "ours", "decision", "permission", "amount", "private",
}

var topicFileNames = []string{"topics/en.txt", "topics/zh.txt"}

// topic is a topic, or a class of phrases, and where it stands in tokens.
type topic struct {
	number  uint8
	at, end int
}

// firstTopic is the number of the first topic; classes of phrases come before.
const firstTopic = 64

// unspoken are the classes of marks that are no topic: a pause is not one, and that a
// name is one stands in the sequences.
const unspoken = comma | ended | named
