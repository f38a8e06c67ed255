package registry

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// mainFile is what a schema is called: others import it by no name.
const mainFile = "firstsign-schema.proto"

// readProtobuf compiles a schema and those that it imports.
func readProtobuf(text string, below []reference) (func([]byte) (any, error), error) {
	files := map[string]string{mainFile: text}
	for _, ref := range below {
		files[ref.name] = ref.text
	}
	compiler := protocompile.Compiler{
		Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{Accessor: protocompile.SourceAccessorFromMap(files)}),
	}
	compiled, err := compiler.Compile(context.Background(), mainFile)
	if err != nil {
		return nil, err
	}
	file := compiled[0]
	return func(value []byte) (any, error) {
		path, rest, err := header.DecodeIndex(value, maxDepth)
		if err != nil {
			return nil, errors.New("the place of its message in the schema cannot be read")
		}
		descriptor, err := messageAt(file, path)
		if err != nil {
			return nil, err
		}
		m := dynamicpb.NewMessage(descriptor)
		if err := proto.Unmarshal(rest, m); err != nil {
			return nil, err
		}
		return messageValue(m, 0)
	}, nil
}

// maxDepth of messages in messages.
const maxDepth = 100

// messageAt follows a path of indices: the file's third message, in it the first.
func messageAt(file protoreflect.FileDescriptor, path []int) (protoreflect.MessageDescriptor, error) {
	messages := file.Messages()
	var found protoreflect.MessageDescriptor
	for _, i := range path {
		if i < 0 || i >= messages.Len() {
			return nil, fmt.Errorf("the schema has no message at %v", path)
		}
		found = messages.Get(i)
		messages = found.Messages()
	}
	if found == nil {
		return nil, errors.New("it names no message of the schema")
	}
	return found, nil
}

// messageValue is a message as JSON would be read: by the names of the .proto
// file. A field that knows whether it was set is left out when it was not.
func messageValue(m protoreflect.Message, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("messages in messages, more than %d", maxDepth)
	}
	fields := m.Descriptor().Fields()
	switch m.Descriptor().FullName() {
	case "google.protobuf.Timestamp":
		return time.Unix(m.Get(fields.ByName("seconds")).Int(), m.Get(fields.ByName("nanos")).Int()).UTC(), nil
	case "google.protobuf.Duration":
		return time.Duration(m.Get(fields.ByName("seconds")).Int())*time.Second + time.Duration(m.Get(fields.ByName("nanos")).Int()), nil
	case "google.protobuf.DoubleValue", "google.protobuf.FloatValue", "google.protobuf.Int64Value", "google.protobuf.UInt64Value", "google.protobuf.Int32Value",
		"google.protobuf.UInt32Value", "google.protobuf.BoolValue", "google.protobuf.StringValue", "google.protobuf.BytesValue":
		field := fields.ByName("value")
		return single(field, m.Get(field), depth)
	}
	members := make(map[string]any, fields.Len())
	for i := range fields.Len() {
		field := fields.Get(i)
		if field.HasPresence() && !m.Has(field) {
			continue
		}
		v, err := fieldValue(field, m.Get(field), depth)
		if err != nil {
			return nil, err
		}
		members[string(field.Name())] = v
	}
	return members, nil
}

func fieldValue(field protoreflect.FieldDescriptor, v protoreflect.Value, depth int) (any, error) {
	switch {
	case field.IsMap():
		members := make(map[string]any, v.Map().Len())
		var failed error
		v.Map().Range(func(key protoreflect.MapKey, member protoreflect.Value) bool {
			members[key.String()], failed = single(field.MapValue(), member, depth)
			return failed == nil
		})
		return members, failed
	case field.IsList():
		list := make([]any, v.List().Len())
		for i := range list {
			var err error
			if list[i], err = single(field, v.List().Get(i), depth); err != nil {
				return nil, err
			}
		}
		return list, nil
	}
	return single(field, v, depth)
}

// single value of a field, a list or a map.
func single(field protoreflect.FieldDescriptor, v protoreflect.Value, depth int) (any, error) {
	switch field.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return messageValue(v.Message(), depth+1)
	case protoreflect.EnumKind:
		if named := field.Enum().Values().ByNumber(v.Enum()); named != nil {
			return string(named.Name()), nil
		}
		return strconv.Itoa(int(v.Enum())), nil // of a later version of the schema
	}
	return v.Interface(), nil
}
