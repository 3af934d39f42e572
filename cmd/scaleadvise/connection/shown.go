package connection

import (
	"net/url"
	"strings"
)

// WithoutSecrets returns a value whose address names no user, password or query.
func WithoutSecrets(value string) string {
	if !strings.Contains(value, "://") {
		return value
	}
	address, err := url.Parse(value)
	if err != nil {
		return "(an address)"
	}
	address.User, address.RawQuery, address.Fragment = nil, "", ""
	return address.String()
}
