package decode

import _ "embed"

// RecordSchema is the JSON Schema of the records that producers write to the topic. What it
// cannot say, such as that no field may stand twice, the decoder still refuses. A test holds
// it to the decoder.
//
//go:embed record.schema.json
var RecordSchema []byte
