package words

// Header is what the head of each page shows beside its words, see base.html.
type Header struct {
	Find     string // what stands in the search field
	AsOf     string // how far the accounts are judged; empty where nothing is read of the state
	Behind   bool   // that is long ago
	Oversees bool   // whoever reads it may open the pages of operators and data teams
}
