package plan

import (
	"path"

	"go.yaml.in/yaml/v4"

	"scaleadvise/advisor/launch"
)

// files takes what a container finds at its paths: the ConfigMaps that are mounted there, each entry as
// a script, and as the flags that it stands for where it is a mapping.
func (r *reading) files(pod, c *yaml.Node) {
	volumes := map[string]*yaml.Node{}
	for _, v := range items(field(pod, "volumes")) {
		if of := field(v, "configMap"); of != nil {
			volumes[word(field(v, "name"))] = of
		}
	}
	for _, mount := range items(field(c, "volumeMounts")) {
		of := volumes[word(field(mount, "name"))]
		name := field(of, "name")
		if of == nil || name == nil {
			continue
		}
		as := map[string]string{}
		for _, item := range items(field(of, "items")) {
			as[word(field(item, "key"))] = word(field(item, "path"))
		}
		at, only := word(field(mount, "mountPath")), word(field(mount, "subPath"))
		for _, e := range pairs(r.configs[word(name)].at(name)) {
			file := e.key.Value
			if renamed := as[file]; len(as) > 0 {
				file = renamed
			}
			switch {
			case file == "" || word(e.value) == "":
			case only == "":
				r.file(path.Join(at, file), e.value)
			case only == file:
				r.file(at, e.value)
			}
		}
	}
}

// mostFiles bounds the files of a container.
const mostFiles = 64

// file takes what stands in one file.
func (r *reading) file(name string, n *yaml.Node) {
	if len(r.to.Files) >= mostFiles {
		return
	}
	if r.to.Files == nil {
		r.to.Files, r.to.Options = map[string]launch.Text{}, map[string][]launch.Text{}
	}
	text := r.text(n)
	r.to.Files[name] = text
	for root, misread := range planned.Roots([]byte(text.Value)) {
		if misread != nil || follow(root).Kind != yaml.MappingNode {
			return
		}
		for _, e := range pairs(follow(root)) {
			if v := word(e.value); v != "" {
				r.to.Options[name] = append(r.to.Options[name], launch.Text{Value: "--" + e.key.Value + "=" + v, At: text.At})
			}
		}
	}
}
