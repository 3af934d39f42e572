package onnx

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"google.golang.org/protobuf/encoding/protowire"
)

// stream reads protobuf's wire format without holding what is skipped.
type stream struct {
	r    *bufio.Reader
	seek io.Seeker // of the same source, nil where it cannot
	pos  int64
}

const window = 256 << 10

// The errors of a file that is no ONNX model.
var (
	errCut     = errors.New("it ends too early; copy it again, whole")
	errDamaged = errors.New("not an ONNX model, or damaged; export it again with torch.onnx.export or tf2onnx")
)

func newStream(r io.Reader) *stream {
	s := &stream{r: bufio.NewReaderSize(r, window)}
	s.seek, _ = r.(io.Seeker)
	return s
}

// cut says a stream ended where more had to come.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errCut
	}
	return err
}

func (s *stream) varint() (uint64, error) {
	var v uint64
	for shift := 0; shift < 64; shift += 7 {
		b, err := s.r.ReadByte()
		if err != nil {
			return 0, err
		}
		s.pos++
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v, nil
		}
	}
	return 0, errDamaged
}

// field is a field of a message: a length follows where it holds bytes.
type field struct {
	number protowire.Number
	wire   protowire.Type
	length int64
	value  uint64 // of a varint
}

// next reads the head of the next field of a message that ends at a place.
func (s *stream) next(end int64) (field, error) {
	tag, err := s.varint()
	if err != nil {
		return field{}, cut(err)
	}
	f := field{number: protowire.Number(tag >> 3), wire: protowire.Type(tag & 7)}
	if f.number < 1 || tag>>3 > uint64(protowire.MaxValidNumber) {
		return f, errDamaged
	}
	switch f.wire {
	case protowire.VarintType:
		f.value, err = s.varint()
	case protowire.Fixed32Type:
		f.length = 4
	case protowire.Fixed64Type:
		f.length = 8
	case protowire.BytesType:
		var n uint64
		n, err = s.varint()
		f.length = int64(n)
		if n > 1<<62 {
			return f, errDamaged
		}
	default:
		return f, errDamaged
	}
	if err == nil && f.length > end-s.pos {
		err = errCut
	}
	return f, cut(err)
}

// skip passes over bytes; a file is sought, so that gigabytes of weights cost nothing.
func (s *stream) skip(n int64) error {
	s.pos += n
	held := int64(s.r.Buffered())
	if s.seek != nil && n > held+window {
		if _, err := s.seek.Seek(n-held, io.SeekCurrent); err == nil {
			s.r.Reset(s.seek.(io.Reader))
			return nil
		}
		s.seek = nil // a pipe
	}
	for n > 0 {
		passed, err := s.r.Discard(int(min(n, 1<<30)))
		if n -= int64(passed); err != nil {
			return cut(err)
		}
	}
	return nil
}

// bytes reads the bytes of a field into a buffer.
func (s *stream) bytes(into []byte) error {
	s.pos += int64(len(into))
	_, err := io.ReadFull(s.r, into)
	return cut(err)
}

// append reads the bytes of a field onto others, growing with what is really there: a length
// may lie.
func (s *stream) append(onto []byte, length int64) ([]byte, error) {
	const chunk = 1 << 20
	for length > 0 {
		n, at := int(min(length, chunk)), len(onto)
		onto = append(onto, make([]byte, n)...)
		if err := s.bytes(onto[at:]); err != nil {
			return nil, err
		}
		length -= int64(n)
	}
	return onto, nil
}

// message calls each for the fields of a message of a length. A field that each does not take
// is skipped.
func (s *stream) message(length int64, each func(field) (bool, error)) error {
	end := s.pos + length
	for s.pos < end {
		f, err := s.next(end)
		if err != nil {
			return err
		}
		took, err := each(f)
		if err != nil {
			return err
		}
		if !took {
			if err := s.skip(f.length); err != nil {
				return err
			}
		}
	}
	if s.pos != end {
		return errDamaged
	}
	return nil
}

// tooMuch is a bound that a file breaks.
func tooMuch(limit int, what, remedy string) error {
	return fmt.Errorf("more than %d %s, the most that are read; %s", limit, what, remedy)
}
