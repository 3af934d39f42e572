package connection

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/prometheus/common/config"
	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/pattern"
)

// secrets are texts that no message may hold.
type secrets []string

// shortestSecret keeps words like "a" from being blotted out everywhere.
const shortestSecret = 3

// hide takes the secrets out of a text, in the forms in which they travel.
func (s secrets) hide(text string) string {
	all := slices.Clone(s)
	for _, word := range s {
		all = append(all, base64.StdEncoding.EncodeToString([]byte(word)))
	}
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	for _, word := range all {
		if len(word) >= shortestSecret {
			text = strings.ReplaceAll(text, word, "<secret>")
		}
	}
	return text
}

// clientOf makes the client that a configuration of Prometheus describes; the usual one
// without a file.
func clientOf(text []byte, file string) (*http.Client, secrets, error) {
	var settings *config.HTTPClientConfig
	var hidden secrets
	if file == "" {
		usual := config.DefaultHTTPClientConfig
		usual.ProxyConfig.ProxyFromEnvironment = true
		settings = &usual
	} else {
		found, err := secretsOf(text, file)
		if err != nil {
			return nil, nil, err
		}
		hidden = found
		if settings, err = config.LoadHTTPConfig(string(text)); err != nil {
			return nil, nil, fmt.Errorf("%s: not a client configuration of Prometheus: %s", file, hidden.hide(withoutValues(err)))
		}
		settings.SetDirectory(filepath.Dir(file))
	}
	client, err := config.NewClientFromConfig(*settings, "scaleadvise", config.WithUserAgent("scaleadvise"))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %s", file, hidden.hide(err.Error()))
	}
	return client, hidden, nil
}

// quotations are the values that a YAML reader repeats in its errors.
var quotations = pattern.Of("`[^`]*`|\"[^\"]*\"|'[^']*'")

// rewordings put what the YAML reader tells a programmer into words for who wrote the file.
var rewordings = []struct {
	said *pattern.Text
	ours string
}{
	{pattern.Of(`^yaml: (unmarshal errors: )?`), ""},
	{pattern.Of(`field (\S+) not found in type \S+`), "unknown key $1;"},
	{pattern.Of(`field (\S+) already set in type \S+`), "$1 is given twice;"},
	{pattern.Of(`cannot unmarshal !!\w+ (…)? ?into \S+`), "a value of another kind is expected there;"},
}

func withoutValues(err error) string {
	text := strings.Join(strings.Fields(quotations.ReplaceAllString(err.Error(), "…")), " ")
	for _, r := range rewordings {
		text = r.said.ReplaceAllString(text, r.ours)
	}
	return strings.TrimSuffix(text, ";")
}

// secretKeys are the keys of the configuration whose values are secret.
var secretKeys = []string{"password", "credentials", "bearer_token", "client_secret", "client_certificate_key", "key", "secrets", "values", "endpoint_params", "proxy_connect_header"}

// settingsText is how much a configuration may hold.
var settingsText = bounded.YAML{What: "client configuration", Depth: 16, Documents: 1}

// aliases are names that an error repeats, and a password may begin as one does.
var aliases = pattern.Of(`([*&])\pL\S*`)

// secretsOf finds what is secret in a configuration, in the files that it names too.
func secretsOf(text []byte, file string) (secrets, error) {
	var found secrets
	for root, misread := range settingsText.Roots(text) {
		if misread != nil {
			return nil, fmt.Errorf("%s:%d:%d: %s", file, misread.Line, misread.Column, aliases.ReplaceAllString(misread.Message, "$1…"))
		}
		collectSecrets(root, "", filepath.Dir(file), &found)
	}
	return found, nil
}

func collectSecrets(n *yaml.Node, key, dir string, into *secrets) {
	switch {
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			name := n.Content[i].Value
			if slices.Contains(secretKeys, key) {
				name = key // everything below is secret
			}
			collectSecrets(n.Content[i+1], name, dir, into)
		}
	case n.Kind != yaml.ScalarNode:
		for _, c := range n.Content {
			collectSecrets(c, key, dir, into)
		}
	case slices.Contains(secretKeys, key):
		*into = append(*into, n.Value)
	case strings.HasSuffix(key, "_file") && key != "ca_file" && key != "cert_file" || key == "files":
		*into = append(*into, fileSecret(config.JoinDir(dir, n.Value)))
	case key == "proxy_url":
		if at := strings.LastIndex(n.Value, "@"); at > 0 {
			*into = append(*into, n.Value[:at])
		}
	}
}

// largestSecret bounds a file that holds one, in bytes.
const largestSecret = 1 << 20

// fileSecret is the content of a file that holds a secret; "" where there is none to hide.
func fileSecret(name string) string {
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	text, err := bounded.ReadAll(context.Background(), f, bounded.Limits{Bytes: largestSecret, Binary: true})
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
