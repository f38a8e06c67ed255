// Package message answers: in which words do people hear of an alert?
//
// Render turns Facts about one alert into a headline and a text, RenderDigest
// several into one. Each language implements translator, which says every
// sentence; what is told, and in which order, is the same in all languages.
// Texts hold no clock, no channel and no link: package alerting adds those.
package message
