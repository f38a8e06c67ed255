package main

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"firstsign/signals/text"
)

// How the model of a sign is learned; chosen by leaving out authors.
const (
	signEpochs = 15
	signAlpha  = 0.1
	signLasso  = 0.1
	signRidge  = 1.0
	ofSign     = 2.0 // what a text with the sign weighs
	ofPhrases  = 3.0 // and what more one weighs that phrases must find
	mostKept   = 42000
)

// values of a feature or of a text, one for each sign. All signs are learned at once:
// most of the time goes into fetching the weights of a feature.
type values [len(text.Scores{})]float32

// row is a text that weights are learned from. A sign of weight 0 is not known.
type row struct {
	features   []int32
	is, weight values
}

// learnSigns learns a model from sentences and from texts that are cut into pieces.
func learnSigns(learned, more, none []*sentence) *text.SignModel {
	v := &vocabulary{numbers: map[uint32]int32{}}
	bias := [2]int32{v.number(0), v.number(1)} // of each language
	numbered := func(p *textPiece, list []int32) []int32 {
		language := 1
		if p.chinese {
			language = 0
		}
		if len(list) == 0 {
			list = append(list, bias[language])
		}
		for _, f := range p.features {
			list = append(list, v.number(f))
		}
		return list
	}
	var rows []row
	for _, x := range slices.Concat(learned, more) {
		r := row{weight: x.weights()}
		for i := range x.pieces {
			r.features = numbered(&x.pieces[i], r.features)
		}
		for sign, is := range x.is {
			if is {
				r.is[sign] = 1
			}
		}
		if len(r.features) > 0 {
			rows = append(rows, r)
		}
	}
	for _, x := range none {
		for i := range x.pieces {
			rows = append(rows, row{features: numbered(&x.pieces[i], nil), weight: x.weights()})
		}
	}
	return v.signModel(learnRows(rows, len(v.features)), bias)
}

// weights of the signs of a text.
func (x *sentence) weights() (w values) {
	for sign := range w {
		switch {
		case !x.known[sign]:
		case x.is[sign]:
			w[sign] = ofSign
		default:
			w[sign] = 1
		}
		if x.phrased {
			w[sign] *= ofPhrases
		}
	}
	return w
}

// learner holds what FTRL-proximal logistic regression knows of each feature: see learn.
type learner struct{ n, z, w []values }

func (l *learner) step(f int32, g *values, lasso, ridge float32) {
	n, z, w := &l.n[f], &l.z[f], &l.w[f]
	for sign := range g {
		before := root(n[sign])
		n[sign] += g[sign] * g[sign]
		after := root(n[sign])
		z[sign] += g[sign] - (after-before)/signAlpha*w[sign]
		switch at := z[sign]; {
		case at > lasso:
			w[sign] = -(at - lasso) / ((1+after)/signAlpha + ridge)
		case at < -lasso:
			w[sign] = -(at + lasso) / ((1+after)/signAlpha + ridge)
		default:
			w[sign] = 0
		}
	}
}

func root(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// settled is a slope at which a row teaches its features nothing any more.
const settled = 1e-3

// learnRows learns the weights of all signs. The first feature of a row is the
// intercept, which nothing pulls to 0.
func learnRows(rows []row, features int) []values {
	l := learner{make([]values, features), make([]values, features), make([]values, features)}
	rng := rand.New(rand.NewPCG(2, 2))
	order := rng.Perm(len(rows))
	for range signEpochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			x := &rows[i]
			var slope values
			for _, f := range x.features[1:] {
				for sign, w := range l.w[f] {
					slope[sign] += w
				}
			}
			norm := float32(text.SignNorm(len(x.features) - 1))
			steepest := float32(0)
			for sign, sum := range slope {
				score := l.w[x.features[0]][sign] + norm*sum
				slope[sign] = (float32(1/(1+math.Exp(-float64(score)))) - x.is[sign]) * x.weight[sign]
				steepest = max(steepest, slope[sign], -slope[sign])
			}
			l.step(x.features[0], &slope, 0, 0)
			if steepest < settled {
				continue
			}
			for sign := range slope {
				slope[sign] *= norm
			}
			for _, f := range x.features[1:] {
				l.step(f, &slope, signLasso, signRidge)
			}
		}
	}
	return l.w
}

// signModel is the model of weights in the steps in which they are shipped.
func (v *vocabulary) signModel(weights []values, bias [2]int32) *text.SignModel {
	m := text.NewSignModel()
	type entry struct {
		feature uint32
		w       text.Weights
		most    int8
	}
	var list []entry
	for f := range v.features {
		e := entry{feature: v.features[f]}
		for sign := range signs {
			w := math.Round(float64(weights[f][sign]) / text.SignStep)
			for language := range bias {
				if int32(f) == bias[language] {
					m.Bias[language][sign] = int32(w)
				}
			}
			e.w[sign] = int8(min(math.MaxInt8, max(-math.MaxInt8, w)))
			e.most = max(e.most, e.w[sign], -e.w[sign])
		}
		if e.most > 0 && int32(f) != bias[0] && int32(f) != bias[1] {
			list = append(list, e)
		}
	}
	slices.SortStableFunc(list, func(a, b entry) int { return cmp.Compare(b.most, a.most) })
	for _, e := range list[:min(len(list), mostKept)] {
		m.Set(e.feature, e.w)
	}
	return m
}
