package main

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"firstsign/signals/text"
)

// How the model of a sign is learned; chosen by cross-validation.
const (
	signEpochs = 20
	signAlpha  = 0.1
	signLasso  = 0.3
	signRidge  = 1.0
	ofSign     = 2.0 // what a text with the sign weighs
	mostKept   = 42000
)

// row is a text that one weight vector is learned from.
type row struct {
	features []int32
	is       bool
	weight   float64
}

// learnSigns learns a model from sentences and from texts that are cut into pieces.
func learnSigns(learned, more, none []*sentence) *text.SignModel {
	v := &vocabulary{numbers: map[uint32]int32{}}
	bias := [2]int32{v.number(0), v.number(1)} // of each language
	numbered := func(features []uint32, chinese bool, list []int32) []int32 {
		language := 1
		if chinese {
			language = 0
		}
		if len(list) == 0 {
			list = append(list, bias[language])
		}
		for _, f := range features {
			list = append(list, v.number(f))
		}
		return list
	}
	whole := slices.Concat(learned, more)
	rows := make([][]int32, 0, len(whole))
	for _, x := range whole {
		var list []int32
		for _, p := range x.pieces {
			list = numbered(p.features, p.chinese, list)
		}
		rows = append(rows, list)
	}
	pieces := make([][][]int32, len(none))
	for i, x := range none {
		for _, p := range x.pieces {
			pieces[i] = append(pieces[i], numbered(p.features, p.chinese, nil))
		}
	}
	weights := make([][]float64, len(signs))
	var wait sync.WaitGroup
	for sign := range signs {
		wait.Go(func() {
			var list []row
			for i, x := range whole {
				if x.known[sign] && len(rows[i]) > 0 {
					r := row{rows[i], x.is[sign], 1}
					if r.is {
						r.weight = ofSign
					}
					list = append(list, r)
				}
			}
			for i, x := range none {
				for _, p := range pieces[i] {
					if x.known[sign] {
						list = append(list, row{p, false, 1})
					}
				}
			}
			weights[sign] = learnRows(list, len(v.features))
		})
	}
	wait.Wait()
	return v.signModel(weights, bias)
}

// learnRows is FTRL-proximal logistic regression, as learn. The first feature of a row
// is the intercept, which nothing pulls to 0.
func learnRows(rows []row, features int) []float64 {
	n, z, w := make([]float64, features), make([]float64, features), make([]float64, features)
	step := func(f int32, g, lasso, ridge float64) {
		z[f] += g - (math.Sqrt(n[f]+g*g)-math.Sqrt(n[f]))/signAlpha*w[f]
		n[f] += g * g
		w[f] = proximal(z[f], n[f], signAlpha, lasso, ridge)
	}
	rng := rand.New(rand.NewPCG(2, 2))
	order := rng.Perm(len(rows))
	for range signEpochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			x := &rows[i]
			sum, target := 0.0, 0.0
			norm := text.SignNorm(len(x.features) - 1)
			for _, f := range x.features[1:] {
				sum += w[f]
			}
			sum = w[x.features[0]] + norm*sum
			if x.is {
				target = 1
			}
			g := (1/(1+math.Exp(-sum)) - target) * x.weight
			step(x.features[0], g, 0, 0)
			for _, f := range x.features[1:] {
				step(f, norm*g, signLasso, signRidge)
			}
		}
	}
	return w
}

// signModel is the model of weights in the steps in which they are shipped.
func (v *vocabulary) signModel(weights [][]float64, bias [2]int32) *text.SignModel {
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
			w := math.Round(weights[sign][f] / text.SignStep)
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
