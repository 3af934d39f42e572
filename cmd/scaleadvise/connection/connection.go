package connection

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"scaleadvise/advisor/prom"
)

// Server sends the requests of package prom over HTTP.
type Server struct {
	client  *http.Client
	base    *url.URL
	secrets secrets
	byGet   atomic.Bool // the server, or a proxy before it, takes no POST
}

// New makes the connection to a server. settings is the text of a Prometheus client configuration, file its
// path; without a file it is the default one. Nothing is sent yet.
func New(address string, settings []byte, file string, timeout time.Duration) (*Server, error) {
	base, err := serverAddress(address)
	if err != nil {
		return nil, err
	}
	client, hidden, err := clientOf(settings, file)
	if err != nil {
		return nil, err
	}
	client.Timeout = timeout
	// A redirect may lead to another host, and credentials must not follow.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if base.User != nil {
		password, _ := base.User.Password()
		hidden = append(hidden, password)
	}
	return &Server{client: client, base: base, secrets: append(hidden, base.RawQuery)}, nil
}

// serverAddress reads the value of --prometheus.
func serverAddress(text string) (*url.URL, error) {
	base, err := url.Parse(text)
	switch {
	case err != nil || base.Host == "" && base.Scheme == "":
		return nil, fmt.Errorf("--prometheus: not an address; write it as http://localhost:9090")
	case base.Scheme != "http" && base.Scheme != "https" || base.Host == "":
		return nil, fmt.Errorf("--prometheus: %q is not an address of HTTP; write it as http://localhost:9090", base.Scheme)
	}
	base.Path = strings.TrimSuffix(strings.TrimSuffix(base.Path, "/"), "/api/v1")
	return base, nil
}

// Hide removes from a text what may be secret.
func (c *Server) Hide(text string) string { return c.secrets.hide(text) }

// Name returns the address without what may be secret.
func (c *Server) Name() string { return c.base.Scheme + "://" + c.base.Host + c.base.Path }

// Call sends one request: by POST, since queries may be long, or by GET where POST is refused.
func (c *Server) Call(ctx context.Context, r prom.Request) (prom.Response, error) {
	lookup := strings.HasSuffix(r.Path, "/values") // which is there by GET only
	if !lookup && !c.byGet.Load() {
		response, err := c.send(ctx, http.MethodPost, r)
		if err != nil || response.StatusCode != http.StatusMethodNotAllowed && response.StatusCode != http.StatusNotImplemented {
			return c.answer(response, err)
		}
		response.Body.Close()
		c.byGet.Store(true)
	}
	return c.answer(c.send(ctx, http.MethodGet, r))
}

func (c *Server) send(ctx context.Context, method string, r prom.Request) (*http.Response, error) {
	target := *c.base
	target.Path = c.base.Path + r.Path
	query := c.base.Query()
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader(r.Form.Encode())
	} else {
		for name, values := range r.Form {
			query[name] = values
		}
	}
	target.RawQuery = query.Encode()
	request, err := http.NewRequestWithContext(ctx, method, target.String(), body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Accept-Encoding", "gzip")
	if body != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return c.client.Do(request)
}

// answer words what came back, without any secret.
func (c *Server) answer(response *http.Response, err error) (prom.Response, error) {
	if err != nil {
		return prom.Response{}, c.unreachable(err)
	}
	if response.StatusCode >= 300 && response.StatusCode < 400 {
		response.Body.Close()
		where := "elsewhere"
		if to, err := response.Location(); err == nil {
			where = "to " + to.Scheme + "://" + to.Host + to.Path
		}
		return prom.Response{}, &prom.Refusal{Err: fmt.Errorf("redirects %s, where credentials do not follow; if that is the server, give its address with --prometheus", c.secrets.hide(where))}
	}
	// The body may be compressed, which its reader sees.
	return prom.Response{
		Status: response.StatusCode, Type: response.Header.Get("Content-Type"),
		RetryAfter: retryAfter(response.Header.Get("Retry-After"), time.Now()), Body: body{response.Body, c},
	}, nil
}

// body words what goes wrong while an answer is read.
type body struct {
	io.ReadCloser
	server *Server
}

func (b body) Read(into []byte) (int, error) {
	n, err := b.ReadCloser.Read(into)
	switch {
	case err == nil, errors.Is(err, io.EOF):
		return n, err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return n, errors.New("the server closed the connection in the middle of its answer")
	}
	return n, b.server.unreachable(err)
}

// retryAfter is how long a server asks to wait, by seconds or by a date (RFC 9110, 10.2.3), at
// most a day; 0 where it does not say.
func retryAfter(header string, now time.Time) time.Duration {
	seconds, err := strconv.Atoi(header)
	wait := time.Duration(min(max(seconds, 0), 86400)) * time.Second
	if date, errDate := http.ParseTime(header); err != nil && errDate == nil {
		wait = date.Sub(now).Round(time.Second)
	}
	return min(max(wait, 0), 24*time.Hour)
}

// unreachable words a failure of the connection: not the whole address, which may hold a
// password, but what went wrong.
func (c *Server) unreachable(err error) error {
	var outer *url.Error
	if errors.As(err, &outer) {
		if outer.Timeout() && !errors.Is(err, context.DeadlineExceeded) {
			return errors.New("no answer in time")
		}
		err = outer.Err
	}
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the server ended the connection without an answer; is the address that of an HTTP server?")
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return errors.New("the server closed the connection before it had answered; is it overloaded, or restarting?")
	}
	text := c.secrets.hide(err.Error())
	var dial *net.OpError
	switch {
	case errors.As(err, &dial) && dial.Op == "dial":
		return errors.New(c.secrets.hide(dialled(dial)) + "; is it running, and is the address right?")
	case strings.Contains(text, "x509:"):
		return &prom.Refusal{Err: errors.New(strings.TrimPrefix(text, "tls: failed to verify certificate: ") + "; name the authority in tls_config.ca_file of --prometheus-config")}
	case strings.Contains(text, "malformed"), strings.Contains(text, "transport connection broken"):
		return errors.New("what answers there is not an HTTP server; is the address right?")
	case strings.Contains(text, "gave HTTP response to HTTPS client"):
		return &prom.Refusal{Err: errors.New("the server speaks HTTP there, not HTTPS; write the address with http://")}
	}
	return errors.New(text)
}

// dialled says why no connection came about.
func dialled(dial *net.OpError) string {
	var name *net.DNSError
	var number syscall.Errno
	switch {
	case errors.As(dial, &name) && name.IsNotFound:
		return "no host has the name " + name.Name
	case errors.As(dial, &name):
		return "the name " + name.Name + " could not be looked up"
	case errors.As(dial, &number) && dial.Addr != nil:
		return dial.Addr.String() + ": " + number.Error()
	}
	return dial.Error()
}

// Pause waits, or ends with the context.
func Pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
