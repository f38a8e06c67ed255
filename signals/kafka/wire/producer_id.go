package wire

import (
	"encoding/binary"
	"io"

	"github.com/segmentio/kafka-go/protocol"
)

// ProducerID lets a broker recognise a batch that it has already, so that a repeat
// after a lost answer is not written twice.
type ProducerID struct {
	id    int64
	epoch int16
}

// NoProducer writes without that help, for records whose repetition is harmless.
var NoProducer = ProducerID{id: -1, epoch: -1}

// ProducerIDRequest asks any broker for a producer id without transactions.
// kafka-go's own request would look for a transaction coordinator first.
type ProducerIDRequest struct{}

// ProducerIDResponse is the answer; Code is a kafka-go Error when it is not 0.
type ProducerIDResponse struct {
	Code       int16
	ProducerID ProducerID
}

// ApiKey implements protocol.Message.
func (ProducerIDRequest) ApiKey() protocol.ApiKey { return protocol.InitProducerId } //nolint:staticcheck // the name is of the interface

// ApiKey implements protocol.Message.
func (ProducerIDResponse) ApiKey() protocol.ApiKey { return protocol.InitProducerId } //nolint:staticcheck // the name is of the interface

// Required makes the transport leave the exchange to RawExchange.
func (ProducerIDRequest) Required(map[protocol.ApiKey]int16) bool { return true }

// RawExchange writes the request and reads the answer.
func (ProducerIDRequest) RawExchange(rw io.ReadWriter) (protocol.Message, error) {
	body := binary.BigEndian.AppendUint16(nil, 0xffff) // no transactional id
	body = binary.BigEndian.AppendUint32(body, 60_000) // its timeout, unused
	answer, err := exchange(rw, protocol.InitProducerId, 1, body, nil)
	if err != nil {
		return nil, err
	}
	d := reader{b: answer}
	d.int32() // throttle
	res := ProducerIDResponse{Code: d.int16(), ProducerID: ProducerID{id: d.int64(), epoch: d.int16()}}
	return res, d.err()
}
