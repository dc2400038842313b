package embedded

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// shortcut lets calls to the server and between its services go straight to
// their handler, instead of through a connection of the machine with itself:
// see docs/decisions/shortcut.md. What a service does with a call is the same
// either way, all its interceptors included.
//
// It learns the handlers from the calls that come through connections, of each
// method the first.
type shortcut struct {
	handlers sync.Map // full name of a method -> grpc.UnaryHandler
	closed   atomic.Bool
}

// ours is how the names of all methods begin that one service alone serves.
const ours = "/temporal."

// learn is the outermost interceptor of a service: the handler that it gets is
// all that the service does with a call of that method.
func (s *shortcut) learn(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	if strings.HasPrefix(info.FullMethod, ours) {
		s.handlers.LoadOrStore(info.FullMethod, handler)
	}
	return handler(ctx, request)
}

// close sends all further calls through connections, which a server that stops
// closes.
func (s *shortcut) close() { s.closed.Store(true) }

// call is the innermost interceptor of a client: it takes the place of the
// connection where the handler is known.
func (s *shortcut) call(
	ctx context.Context, method string, request, reply any, conn *grpc.ClientConn, invoker grpc.UnaryInvoker, options ...grpc.CallOption,
) error {
	found, known := s.handlers.Load(method)
	handler, _ := found.(grpc.UnaryHandler)
	in, isMessage := request.(proto.Message)
	out, wantsMessage := reply.(proto.Message)
	if !known || !isMessage || !wantsMessage || s.closed.Load() {
		return invoker(ctx, method, request, reply, conn, options...)
	}
	if err := ctx.Err(); err != nil {
		return status.FromContextError(err).Err()
	}
	serving, done := servingContext(ctx)
	defer done()
	stream := &callStream{method: method}
	// Both sides may keep and change what they have: neither sees the other's.
	response, err := handler(grpc.NewContextWithServerTransportStream(serving, stream), proto.Clone(in))
	stream.deliver(options)
	if err != nil {
		return callError(ctx, err)
	}
	return copyMessage(out, response)
}

// servingContext is the context in which a call is served: it ends with the
// caller's, and holds nothing of it but the metadata.
func servingContext(caller context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	if deadline, ends := caller.Deadline(); ends {
		cancel()
		ctx, cancel = context.WithDeadline(context.Background(), deadline)
	}
	stop := context.AfterFunc(caller, cancel)
	sent, _ := metadata.FromOutgoingContext(caller)
	if sent == nil {
		sent = metadata.MD{}
	}
	ctx = metadata.NewIncomingContext(ctx, sent)
	ctx = peer.NewContext(ctx, &peer.Peer{Addr: &net.TCPAddr{IP: net.ParseIP(loopback)}})
	return ctx, func() { stop(); cancel() }
}

// callError is the error as a connection would deliver it.
func callError(caller context.Context, err error) error {
	if ended := caller.Err(); ended != nil {
		return status.FromContextError(ended).Err()
	}
	told, is := status.FromError(err)
	if !is {
		told = status.FromContextError(err)
	}
	return told.Err()
}

var errNoMessage = errors.New("a service answered with what is no message")

// copyMessage fills the reply. Some services answer with a message of another
// type, which reads the same once it is written out.
func copyMessage(reply proto.Message, response any) error {
	answered, is := response.(proto.Message)
	if !is {
		return errNoMessage
	}
	if answered.ProtoReflect().Descriptor() == reply.ProtoReflect().Descriptor() {
		proto.Merge(reply, answered)
		return nil
	}
	text, err := proto.Marshal(answered)
	if err != nil {
		return err
	}
	return proto.Unmarshal(text, reply)
}

// callStream takes the metadata that a service sends back.
type callStream struct {
	method string

	mu              sync.Mutex
	header, trailer metadata.MD
}

// Method is the full name of the method.
func (s *callStream) Method() string { return s.method }

// SetHeader adds to the header.
func (s *callStream) SetHeader(md metadata.MD) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.header = metadata.Join(s.header, md)
	return nil
}

// SendHeader adds to the header; it is delivered with the answer.
func (s *callStream) SendHeader(md metadata.MD) error { return s.SetHeader(md) }

// SetTrailer adds to the trailer.
func (s *callStream) SetTrailer(md metadata.MD) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trailer = metadata.Join(s.trailer, md)
	return nil
}

// deliver gives the caller the metadata that he asked for.
func (s *callStream) deliver(options []grpc.CallOption) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, option := range options {
		switch o := option.(type) {
		case grpc.HeaderCallOption:
			*o.HeaderAddr = s.header
		case grpc.TrailerCallOption:
			*o.TrailerAddr = s.trailer
		}
	}
}
