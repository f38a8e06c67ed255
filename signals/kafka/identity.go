package kafka

import (
	"encoding/binary"
	"io"

	"github.com/segmentio/kafka-go/protocol"
)

// identityRequest asks any broker for a producer id without transactions.
// kafka-go's own request would look for a transaction coordinator first.
type identityRequest struct{}

type identityResponse struct {
	code   int16
	author author
}

func (identityRequest) ApiKey() protocol.ApiKey  { return protocol.InitProducerId }
func (identityResponse) ApiKey() protocol.ApiKey { return protocol.InitProducerId }

// Required makes the transport leave the exchange to RawExchange.
func (identityRequest) Required(map[protocol.ApiKey]int16) bool { return true }

func (identityRequest) RawExchange(rw io.ReadWriter) (protocol.Message, error) {
	body := binary.BigEndian.AppendUint16(nil, 0xffff) // no transactional id
	body = binary.BigEndian.AppendUint32(body, 60_000) // its timeout, unused
	answer, err := exchange(rw, protocol.InitProducerId, 1, body, nil)
	if err != nil {
		return nil, err
	}
	d := reader{b: answer}
	d.int32() // throttle
	res := identityResponse{code: d.int16(), author: author{id: d.int64(), epoch: d.int16()}}
	return res, d.err()
}
