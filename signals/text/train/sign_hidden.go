package main

import (
	"math"
	"math/rand/v2"

	"firstsign/signals/text"
)

// How the hidden layer is learned; chosen by leaving out authors.
const (
	hiddenEpochs = 15
	hiddenRate   = 0.05
	forgotten    = 0.3 // of the features of a text, anew each time: so that none is relied on
	leastRoot    = 1e-4
)

// vector is a feature among the hidden units.
type vector [text.Hidden]float32

// hidden is a network of one hidden layer: the vectors of the features of a text are
// added up, squashed, and weighed for each sign (Joulin et al. 2016, "Bag of tricks for
// efficient text classification", with a layer in between). It is learned by AdaGrad
// (Duchi et al. 2011).
type hidden struct {
	vectors []vector // the first two are the offsets of each language
	slopes  []float32
	output  [len(text.Scores{})]vector
	steep   [len(text.Scores{})]vector
	bias    [2]values
	tilted  [2]values
}

func learnHidden(rows []row, features int) *hidden {
	rng := rand.New(rand.NewPCG(3, 3))
	h := &hidden{vectors: make([]vector, features), slopes: make([]float32, features)}
	for i := range h.vectors {
		for k := range h.vectors[i] {
			h.vectors[i][k] = 0.05 * float32(rng.NormFloat64())
		}
	}
	for sign := range h.output {
		for k := range h.output[sign] {
			h.output[sign][k] = 0.3 * float32(rng.NormFloat64())
		}
		h.bias[0][sign], h.bias[1][sign] = -2, -2
	}
	order := rng.Perm(len(rows))
	var kept []int32
	for range hiddenEpochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			x := &rows[i]
			kept = kept[:0]
			for _, f := range x.features[1:] {
				if rng.Float64() >= forgotten {
					kept = append(kept, f)
				}
			}
			h.learn(x, kept)
		}
	}
	return h
}

// learn from a text by some of its features.
func (h *hidden) learn(x *row, features []int32) {
	language := x.features[0]
	norm := float32(text.SignNorm(len(features)))
	var sum, units, back vector
	for _, f := range features {
		for k, v := range h.vectors[f] {
			sum[k] += v
		}
	}
	for k := range units {
		at := norm*sum[k] + h.vectors[language][k]
		units[k] = at / (1 + max(at, -at))
	}
	steepest := float32(0)
	for sign := range h.output {
		score := h.bias[language][sign]
		for k, v := range h.output[sign] {
			score += v * units[k]
		}
		slope := (float32(1/(1+math.Exp(-float64(score)))) - x.is[sign]) * x.weight[sign]
		steepest = max(steepest, slope, -slope)
		descend(&h.bias[language][sign], &h.tilted[language][sign], slope)
		for k := range back {
			back[k] += slope * h.output[sign][k]
			descend(&h.output[sign][k], &h.steep[sign][k], slope*units[k])
		}
	}
	if steepest < settled {
		return
	}
	for k := range back {
		flat := 1 - max(units[k], -units[k])
		back[k] *= flat * flat
	}
	h.move(language, &back)
	for k := range back {
		back[k] *= norm
	}
	for _, f := range features {
		h.move(f, &back)
	}
}

// descend makes a step against a slope; steep is the sum of the squares of all slopes.
func descend(at, steep *float32, slope float32) {
	*steep += slope * slope
	*at -= hiddenRate * slope / (leastRoot + root(*steep))
}

// move a vector against a slope. All of its numbers go at one rate.
func (h *hidden) move(f int32, slope *vector) {
	square := float32(0)
	for _, v := range slope {
		square += v * v
	}
	h.slopes[f] += square / text.Hidden
	rate := hiddenRate / (leastRoot + root(h.slopes[f]))
	for k, v := range slope {
		h.vectors[f][k] -= rate * v
	}
}

// weighs is how much a feature says of a sign while no unit is squashed.
func (h *hidden) weighs(f, sign int) (sum float32) {
	for k, v := range h.vectors[f] {
		sum += v * h.output[sign][k]
	}
	return sum
}
