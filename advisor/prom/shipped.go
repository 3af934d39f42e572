package prom

import (
	"embed"
	"io/fs"
	"slices"
	"sync"
)

//go:embed profiles/*.yaml
var embedded embed.FS

// Shipped returns the embedded profile files, in the order in which systems are looked for: a serving engine
// shows more than the server in front of it.
func Shipped() ([]File, error) {
	entries, err := fs.Glob(embedded, "profiles/*.yaml")
	if err != nil {
		return nil, err
	}
	var files []File
	for _, name := range entries {
		text, err := embedded.ReadFile(name)
		if err != nil {
			return nil, err
		}
		files = append(files, File{Name: name, Text: text})
	}
	return files, nil
}

// ofShipped are the profiles of the embedded files, read once.
var ofShipped = sync.OnceValues(func() ([]*Profile, error) {
	files, err := Shipped()
	if err != nil {
		return nil, err
	}
	return ReadProfiles(files)
})

// Profiles returns those of files of the user's, and after them the embedded ones, which are not to be written to.
func Profiles(own []File) ([]*Profile, error) {
	if len(own) == 0 {
		return ofShipped()
	}
	files, err := Shipped()
	if err != nil {
		return nil, err
	}
	return ReadProfiles(append(own, files...))
}

// order puts profiles in the order of looking for them: what serves models, what stands
// before it, what any service may have, what it runs on. Within a kind the user's come first, then by id.
func order(all []*Profile) []*Profile {
	rank := func(p *Profile) int {
		return slices.Index([]string{"language", "classic", "front", "general", "hardware"}, p.Kind)
	}
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b *Profile) int { return rank(a) - rank(b) })
	return out
}
