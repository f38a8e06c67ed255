package kafka

import (
	"errors"
	"io"
	"syscall"

	kafkago "github.com/segmentio/kafka-go"

	"firstsign/internal/stall"
	"firstsign/internal/tlsfiles"
	"firstsign/signals"
	"firstsign/signals/kafka/wire"
)

// reasons are those of the answers of a broker that do not change by asking again.
// Everything else, unknown topics among it (a topic may be created, or its
// metadata may be on its way), is worth another try.
var reasons = map[kafkago.Error]stall.Reason{
	kafkago.SASLAuthenticationFailed:           stall.KafkaLogin,
	kafkago.UnsupportedSASLMechanism:           stall.KafkaLogin,
	kafkago.IllegalSASLState:                   stall.KafkaLogin,
	kafkago.TopicAuthorizationFailed:           stall.KafkaRights,
	kafkago.GroupAuthorizationFailed:           stall.KafkaRights,
	kafkago.ClusterAuthorizationFailed:         stall.KafkaRights,
	kafkago.TransactionalIDAuthorizationFailed: stall.KafkaRights,
	kafkago.OffsetOutOfRange:                   stall.KafkaRefuses,
	kafkago.MessageSizeTooLarge:                stall.KafkaRefuses,
	kafkago.InvalidTopic:                       stall.KafkaRefuses,
	kafkago.RecordListTooLarge:                 stall.KafkaRefuses,
	kafkago.InvalidRequiredAcks:                stall.KafkaRefuses,
	kafkago.InconsistentGroupProtocol:          stall.KafkaRefuses,
	kafkago.InvalidGroupId:                     stall.KafkaRefuses,
	kafkago.InvalidSessionTimeout:              stall.KafkaRefuses,
	kafkago.InvalidTimestamp:                   stall.KafkaRefuses,
	kafkago.UnsupportedVersion:                 stall.KafkaRefuses,
	kafkago.InvalidPartitionNumber:             stall.KafkaRefuses,
	kafkago.InvalidReplicationFactor:           stall.KafkaRefuses,
	kafkago.InvalidReplicaAssignment:           stall.KafkaRefuses,
	kafkago.InvalidConfiguration:               stall.KafkaRefuses,
	kafkago.InvalidRequest:                     stall.KafkaRefuses,
	kafkago.UnsupportedForMessageFormat:        stall.KafkaRefuses,
	kafkago.PolicyViolation:                    stall.KafkaRefuses,
	kafkago.OutOfOrderSequenceNumber:           stall.KafkaRefuses,
	kafkago.InvalidProducerEpoch:               stall.KafkaRefuses,
	kafkago.UnknownProducerId:                  stall.KafkaRefuses,
	kafkago.UnsupportedCompressionType:         stall.KafkaRefuses,
	kafkago.InvalidRecord:                      stall.KafkaRefuses,
}

// reasonOf the error of an exchange.
func reasonOf(err error) stall.Reason {
	if tlsfiles.Refused(err) {
		return stall.KafkaLogin
	}
	if code, ok := errors.AsType[kafkago.Error](err); ok && reasons[code] != "" {
		return reasons[code]
	}
	return stall.KafkaAway
}

// ended tells of a connection that the broker has closed.
func ended(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// final tells of errors that are no trouble with brokers, and stay the same.
func final(err error) bool {
	return errors.Is(err, wire.ErrBroken) || errors.Is(err, signals.ErrOutOfRange) || errors.Is(err, ErrTopic) || errors.Is(err, ErrNoTopic)
}

// brokerError turns the code of a response into an error.
func brokerError(code int16) error {
	if code == 0 {
		return nil
	}
	return kafkago.Error(code)
}
