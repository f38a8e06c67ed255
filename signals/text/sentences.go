package text

// What a text says, sentence by sentence. The rules are plain: who a sentence
// is about is whoever was named last as its subject, and a negation is about
// the next few words. That is wrong at times; testdata holds how often.

// findings of a text.
type findings uint8

const (
	saysComplaint findings = 1 << iota
	saysPraise
	saysOffer
	saysUltimatum

	allSigns findings = 1<<signsOfTexts - 1
)

// near is within how many tokens words belong together.
const (
	nearNot   = 4 // a negation and what it negates
	nearName  = 3 // a preposition and the name after it
	nearGood  = 6 // praise and the competitor whom it is of
	nearTurn  = 2 // switching and to whom
	nearOffer = 14
)

// sentence is one that is being read. Places are in tokens, far back when
// there was none.
type sentence struct {
	subject class // rival, you, or 0

	notEnd, objectEnd, thanEnd, lackEnd, turnEnd, willEnd, quitEnd, refusedEnd, badEnd, comparedAt int

	praise  mark  // good that is not settled yet
	of      class // its subject
	rivalAt int   // where a competitor was named last
	offerAt int

	surpasses                    bool // they are more than we are, whatever it is
	lacks                        bool // the subject falls short of somebody
	doubted, declined, resolved  bool
	cond, due, even, will, going bool
	stays                        bool // on a condition

	found findings
}

const longAgo = -1000

func newSentence() sentence {
	return sentence{
		notEnd: longAgo, objectEnd: longAgo, thanEnd: longAgo, lackEnd: longAgo, turnEnd: longAgo, willEnd: longAgo, quitEnd: longAgo, refusedEnd: longAgo, badEnd: longAgo, comparedAt: longAgo,
		rivalAt: longAgo, offerAt: longAgo,
	}
}

// understand is what the marks of a text say.
func understand(marks []mark) (found findings) {
	eachSentence(marks, func(f findings, _ []mark) { found |= f })
	return found
}

// eachSentence tells what each sentence says, and its marks.
func eachSentence(marks []mark, says func(found findings, marks []mark)) {
	s := newSentence()
	known := false // a competitor was named before
	begin := 0
	for i, m := range marks {
		if m.class&(ended|comma) != 0 && m.at == s.quitEnd {
			s.going = true // we cancel
		}
		if m.class&ended != 0 {
			says(s.end(m.class&asked != 0), marks[begin:i])
			begin = i + 1
			known = known || s.rivalAt != longAgo
			s = newSentence()
			continue
		}
		if m.class&they != 0 && known {
			m.class |= rival
		}
		s.take(m)
	}
}

// take reads on by a mark.
func (s *sentence) take(m mark) {
	switch {
	case m.class&comma != 0:
		s.settle()
		s.objectEnd, s.thanEnd, s.lackEnd, s.turnEnd, s.lacks = longAgo, longAgo, longAgo, longAgo, false
		return
	case m.class&(rival|you) != 0:
		s.name(m)
	}
	s.judge(m)
	s.threat(m)
	if m.class&offer != 0 && s.subject != you {
		s.offerAt = m.at
		s.offers()
	}
	s.doubted = s.doubted || m.class&doubt != 0
	s.declined = s.declined || m.class&declined != 0
	s.resolved = s.resolved || m.class&resolved != 0
	if m.class&complaint != 0 && s.subject != rival && m.at-s.notEnd > 1 {
		s.found |= saysComplaint
	}
	if m.class&not != 0 {
		s.notEnd = m.end
	}
	if m.class&(object|than) != 0 {
		s.objectEnd = m.end
	}
	if m.class&than != 0 && m.at-s.notEnd >= nearNot {
		s.thanEnd = m.end
	}
	if m.class&inferior != 0 {
		s.lackEnd = m.end
	}
	if m.class&turn != 0 {
		s.turnEnd = m.end
	}
}

// name takes a mark of a competitor or of us.
func (s *sentence) name(m mark) {
	who := m.class & (rival | you)
	if who == rival|you { // "your competitor"
		who = rival
	}
	compared := m.at-s.objectEnd < nearName
	if s.praise.class != 0 && !compared {
		switch {
		case who == you && m.at-s.praise.end < nearName:
			s.of = you // happy with you
		case who == rival && s.of == 0 && m.at-s.praise.end < nearGood:
			s.of = rival // how good they are
		}
	}
	if who == rival {
		if m.at-s.lackEnd <= 1 && s.subject == you { // you are not as good as they are
			s.found |= saysPraise
		}
		if m.at-s.turnEnd < nearTurn {
			s.going = true
		}
		if compared {
			s.comparedAt = m.at
			if s.subject == you && m.at-s.badEnd < nearGood { // you are slower than they are
				s.found |= saysPraise
			}
		}
		if m.at-s.refusedEnd < nearTurn { // it is their contract
			s.refusedEnd = longAgo
		}
		s.rivalAt = m.at
		s.offers()
	}
	if who == you && s.subject == rival && m.at-s.thanEnd < nearTurn && s.badEnd == longAgo {
		s.surpasses = true
	}
	s.lacks = s.lacks || m.at-s.lackEnd <= 1
	s.settle()
	if !compared && m.at-s.lackEnd > 1 {
		s.subject = who
	}
}

// judge takes praise and blame. Blame that is negated is praise.
func (s *sentence) judge(m mark) {
	if m.class&(good|bad) == 0 {
		return
	}
	s.settle()
	negated := m.at-s.notEnd < nearNot
	if s.lacks && m.class&good != 0 {
		return
	}
	if (m.class&good != 0) != negated {
		s.praise, s.of = m, s.subject
		return
	}
	s.badEnd, s.surpasses = m.end, false
	if s.subject == you && m.at-s.comparedAt < nearGood { // 你们比他们慢
		s.found |= saysPraise
	}
}

// settle decides whom praise was of.
func (s *sentence) settle() {
	if s.praise.class != 0 && s.of == rival {
		s.found |= saysPraise
	}
	s.praise.class = 0
}

// offers notes that a competitor and an advance stand together.
func (s *sentence) offers() {
	if s.rivalAt != longAgo && s.offerAt != longAgo && abs(s.rivalAt-s.offerAt) < nearOffer {
		s.found |= saysOffer
	}
}

// threat takes what makes an ultimatum: what they want, and that they go; or
// when the contract ends, and that there will be no other.
func (s *sentence) threat(m mark) {
	s.cond = s.cond || m.class&cond != 0
	s.due = s.due || m.class&due != 0
	s.even = s.even || m.class&even != 0
	s.stays = s.stays || m.class&stay != 0 && s.cond && m.at-s.notEnd >= nearNot
	if m.class&will != 0 {
		s.will, s.willEnd = true, m.end
	}
	if m.class&quit != 0 && m.at-s.willEnd < nearNot {
		s.quitEnd = m.end
	}
	negated := m.at-s.notEnd < nearNot
	switch {
	case m.class&final != 0 && !negated:
		s.found |= saysUltimatum
	case m.class&(gone|refuse) != 0, !negated && (m.class&leave != 0 || m.class&plan != 0 && s.will):
		s.going = true
	}
	if m.class&refuse != 0 && !negated && s.rivalAt == longAgo {
		s.refusedEnd = m.end
	}
	if m.class&leave != 0 && m.at-s.comparedAt < nearName {
		s.declined, s.going = true, false // it is them whom they leave
	}
}

// end is what the sentence says.
func (s *sentence) end(asked bool) findings {
	s.settle()
	if s.surpasses {
		s.found |= saysPraise
	}
	if (s.cond && (s.going || s.stays) || s.due && s.refusedEnd != longAgo && !s.doubted) && !s.even {
		s.found |= saysUltimatum
	}
	if asked {
		s.found &= saysComplaint
	}
	if s.doubted {
		s.found &^= saysPraise
	}
	if s.declined {
		s.found &^= saysOffer | saysPraise
	}
	if s.resolved {
		s.found &^= saysComplaint
	}
	return s.found
}

func abs(n int) int { return max(n, -n) }
