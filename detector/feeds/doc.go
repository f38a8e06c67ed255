// Package feeds answers: is a source alive?
//
// Sources are the sources that a partition knows, with their heartbeats and the
// records that were counted of each. Judge compares at the close of a day what came
// from each source with what usually comes. It finds sources that are dead or low,
// and days on which all sources are quiet. A Feed tells which days are known, so
// that no account is blamed for records that its source lost. Changes tells what an
// operator must hear.
package feeds
