package kafka

import (
	"crypto/tls"
	"errors"

	kafkago "github.com/segmentio/kafka-go"

	"firstsign/signals"
	"firstsign/signals/kafka/wire"
)

// permanent are the answers of a broker that do not change by asking again.
// Everything else, unknown topics among it (a topic may be created, or its
// metadata may be on its way), is worth another try.
var permanent = map[kafkago.Error]bool{
	kafkago.OffsetOutOfRange:            true,
	kafkago.MessageSizeTooLarge:         true,
	kafkago.InvalidTopic:                true,
	kafkago.RecordListTooLarge:          true,
	kafkago.TopicAuthorizationFailed:    true,
	kafkago.GroupAuthorizationFailed:    true,
	kafkago.ClusterAuthorizationFailed:  true,
	kafkago.SASLAuthenticationFailed:    true,
	kafkago.UnsupportedSASLMechanism:    true,
	kafkago.UnsupportedVersion:          true,
	kafkago.PolicyViolation:             true,
	kafkago.OutOfOrderSequenceNumber:    true,
	kafkago.InvalidProducerEpoch:        true,
	kafkago.InvalidPartitionNumber:      true,
	kafkago.InvalidReplicationFactor:    true,
	kafkago.InvalidConfiguration:        true,
	kafkago.InvalidRecord:               true,
	kafkago.UnsupportedForMessageFormat: true,
}

func temporary(err error) bool {
	if errors.Is(err, wire.ErrBroken) || errors.Is(err, signals.ErrOutOfRange) || errors.Is(err, ErrTopic) || errors.Is(err, ErrNoTopic) {
		return false
	}
	if _, untrusted := errors.AsType[*tls.CertificateVerificationError](err); untrusted {
		return false
	}
	if code, ok := errors.AsType[kafkago.Error](err); ok {
		return !permanent[code]
	}
	return true
}

// brokerError turns the code of a response into an error.
func brokerError(code int16) error {
	if code == 0 {
		return nil
	}
	return kafkago.Error(code)
}
