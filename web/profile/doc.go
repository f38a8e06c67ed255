// Package profile answers: what does the state say of one account? Its charts and its people.
//
// What the detector knows of the account goes in, SVG and words come out. Each page decides
// what it shows of that, and beside which alert.
package profile
