package prom

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"time"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/pattern"
	"scaleadvise/advisor/unit"
)

// Request is one call of the HTTP API.
type Request struct {
	Path string // "/api/v1/query"
	Form url.Values
}

// Response is the server's response. The body is read to its end or closed early.
type Response struct {
	Status     int
	Type       string // Content-Type
	RetryAfter time.Duration
	Body       io.ReadCloser
}

// Caller sends a request. It holds everything about the connection: address, certificates, credentials, the
// timeout of one request. Its errors name no secret.
type Caller interface {
	Call(ctx context.Context, r Request) (Response, error)
}

// Refusal is an error of the connection that a retry will not fix, such as a redirect to another host.
type Refusal struct{ Err error }

func (r *Refusal) Error() string { return r.Err.Error() }

// Unwrap returns the fault itself.
func (r *Refusal) Unwrap() error { return r.Err }

// ServerError is a response that reports a fault of the server or the query.
type ServerError struct {
	Status     int
	Kind       string // the server's error type: "bad_data", "execution", "timeout"
	Message    string
	RetryAfter time.Duration // time that it asks to wait; 0 for none
}

// Error returns the response of the server and the remedy.
func (e *ServerError) Error() string {
	text := fmt.Sprintf("the server answered %d", e.Status)
	switch {
	case e.Kind != "":
		text += " " + e.Kind
	case e.Status == tooMany:
		text += ", too many requests"
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	return text + e.remedy()
}

// tooMany is the status of a server that is asked too often.
const tooMany = 429

func (e *ServerError) remedy() string {
	switch e.Status {
	case 401, 403:
		return "; give credentials with --prometheus-config"
	case 404:
		return "; --prometheus takes the address that /api/v1/query is appended to"
	case tooMany, 502, 503, 504:
		if e.RetryAfter > 0 {
			return "; try again in " + unit.Format(unit.Duration, e.RetryAfter.Seconds()) + ", as it asks"
		}
		return "; try again later"
	}
	return ""
}

// limited are words with which servers refuse a query that reads too much: Prometheus (too many
// samples), VictoriaMetrics (limits of series and of memory), Thanos and Mimir (limits of series,
// chunks, bytes and length).
var limited = pattern.Of(`(?i)too many|limit|exceed|too long|too large|-search\.max|max-(series|chunks|samples)|maximum`)

// timedOut reports whether a query took the server, or a proxy before it, longer than it may.
func (e *ServerError) timedOut() bool { return e.Status == 504 || e.Kind == "timeout" }

// tooMuch reports whether a query was refused for how much it reads, or given up.
func (e *ServerError) tooMuch() bool {
	if e.timedOut() {
		return true
	}
	malformed := e.Status == 400 && e.Kind == "bad_data" && !ofTime.MatchString(e.Message) // Mimir says so of a stretch that is too long
	return slices.Contains([]int{400, 413, 422, 500, 503}, e.Status) && !malformed && limited.MatchString(e.Message)
}

// ofTime are words with which servers refuse a query for the time that it covers.
var ofTime = pattern.Of(`(?i)too long|query length|time range`)

// tooLong reports whether a query was refused for the time that it covers.
func (e *ServerError) tooLong() bool { return e.tooMuch() && ofTime.MatchString(e.Message) }

// passing reports whether a further try may succeed.
func passing(err error) bool {
	var server *ServerError
	var refusal *Refusal
	var over *bounded.Fault
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.As(err, &refusal), errors.As(err, &over):
		return false
	case errors.As(err, &server):
		return server.RetryAfter <= longestPause && (server.Status == tooMany || server.Status >= 500 && server.Status != 501)
	case errors.Is(err, errTruncated):
		return true
	}
	var transport *transportError
	return errors.As(err, &transport)
}

// transportError is a call that brought no answer.
type transportError struct{ err error }

func (e *transportError) Error() string { return e.err.Error() }
func (e *transportError) Unwrap() error { return e.err }
