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
	mostKept   = 96000
	ofLinear   = 0.5 // what of a score the linear model says; the hidden layer says the rest
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
	bias := [...]int32{v.number(0), v.number(1)} // of each language: the first two
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
	return v.signModel(rows, learnRows(rows, len(v.features)), learnHidden(rows, len(v.features)))
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
func (v *vocabulary) signModel(rows []row, linear []values, h *hidden) *text.SignModel {
	m := text.NewSignModel()
	for language := range m.Bias {
		for sign := range signs {
			m.Bias[language][sign] = steps(ofLinear*linear[language][sign]+(1-ofLinear)*h.bias[language][sign], text.SignStep)
		}
		for k, w := range h.vectors[language] {
			m.Offset[language][k] = steps(w, text.HiddenStep)
		}
	}
	for sign := range signs {
		for k, w := range h.output[sign] {
			m.Output[sign][k] = steps((1-ofLinear)*w, text.OutputStep)
		}
	}
	list := v.weightiest(rows, linear, h)
	for _, f := range list[:min(len(list), mostKept)] {
		var w [len(text.Scores{}) + text.Hidden]int8
		for sign := range signs {
			w[sign] = small(steps(ofLinear*linear[f][sign], text.SignStep))
		}
		for k, x := range h.vectors[f] {
			w[len(text.Scores{})+k] = small(steps(x, text.HiddenStep))
		}
		m.Set(v.features[f], text.NewWeights(&w))
	}
	return m
}

func steps(w float32, step float64) int32 { return int32(math.Round(float64(w) / step)) }

func small(w int32) int8 { return int8(min(math.MaxInt8, max(-math.MaxInt8, w))) }

// weightiest are the features without the intercepts, those first that say most: how
// much one says of a sign, times the root of how many texts it is in.
func (v *vocabulary) weightiest(rows []row, linear []values, h *hidden) (list []int) {
	texts := make([]float32, len(v.features))
	for i := range rows {
		for _, f := range rows[i].features {
			texts[f]++
		}
	}
	says := make([]float32, len(v.features))
	for f := 2; f < len(says); f++ {
		for sign := range signs {
			w := ofLinear*linear[f][sign] + (1-ofLinear)*h.weighs(f, sign)
			says[f] = max(says[f], w, -w)
		}
		says[f] *= root(texts[f])
		list = append(list, f)
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(says[b], says[a]) })
	return list
}
